// Package tiers makes a replica group of the service behind a [*grpc.Server].
//
// A rewritten program calls [NewServer], [Registrar], [Serve] and [NewClient] where the source calls grpc's functions. Without the
// environment variable MIDAS_PLACE each of them is grpc's own. With it, the process is one replica of one tier: requests to the
// service's methods go through the tier's log, every replica runs them, and a call to a target that the place maps to a tier becomes
// a nested request between tiers. The protocol is package core; this package moves bytes, runs slivers and keeps time.
//
// A request travels so: [Registrar] has put an edge before each method (edge.go); the edge gives the request an id and hands it to
// the replica's loop (node.go), which owns the core; what the core asks for is carried out in execute.go; the log is package order,
// messages between replicas go over package wire (traffic.go). A request that reached a follower is proposed by the leader, which
// tells the follower the reply (adopt.go).
//
// # Contract
//
//   - A handler sees the same incoming metadata at every replica, its request, and a context without deadline and without a peer.
//     The server's unary interceptors run with it, at every replica. Headers and trailers that it sets reach the client.
//   - A panic in a handler becomes an INTERNAL reply with the panic's text and position.
//   - Replicas that do not start from equal state, or are not the same binary, are refused, with the differing path.
//   - A request with the metadata of [ClientInterceptor] runs once however often it is retried, at whatever replica.
//
// # Limits
//
// Slivers of one tier run one at a time, so a handler that blocks on something other than a nested call blocks its tier; one that
// holds a lock across a nested call blocks it for good as soon as another operation wants the lock. A warning in the log says so.
// Streaming methods are not replicated. Messages are protobuf. Inside a handler, a call to a target that is no tier fails with
// FAILED_PRECONDITION. The members of a group are fixed; a replica whose log is lost cannot come back as itself. Whether replicas
// are the same program is judged by their tables of sites and methods.
package tiers
