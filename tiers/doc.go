// Package tiers makes a replica group of the service behind a [*grpc.Server].
//
// A rewritten program calls [NewServer], [Registrar], [Serve] and [NewClient] where the source calls grpc's functions. Without the
// environment variable MIDAS_PLACE each of them is grpc's own. With it, the process is one replica of one tier: requests to the
// service's methods go through the tier's log, every replica runs them, and a call to a target that the place maps to a tier becomes
// a nested request between tiers. The protocol is package core; this package moves bytes, runs slivers and keeps time.
//
// A request travels so: [Registrar] has put an edge before each method (edge.go); the edge gives the request an id and hands it to
// the replica's loop (node.go), which owns the core; what the core asks for is carried out in execute.go. Slivers run on goroutines of
// their own (turn.go, lanes.go), so that the loop goes on meanwhile. The log is package order; messages between replicas, of one tier or
// of two, go over package wire (traffic.go).
//
// # Contract
//
//   - A handler sees the same incoming metadata at every replica, its request, and a context without deadline and without a peer.
//     The server's unary interceptors run with it, at every replica. Headers and trailers that it sets reach the client.
//   - A panic in a handler becomes an INTERNAL reply with the panic's text and position.
//   - Replicas that do not start from equal state, or are not the same binary, are refused, with the differing path.
//   - A request with the metadata of [ClientInterceptor] runs once however often it is retried, at whatever replica.
//   - Results do not depend on the number of lanes.
//
// # Styles and techniques
//
// The place says for a tier, and for single methods, in which style they are replicated and by which technique (plan.go). The leader decides
// for each operation, and the log tells the others, so only its place counts. A method that analysis has found fit for style leader only
// runs in that whatever the place says. Technique auto takes the technique that costs least, as measured (auto.go); [Inspect] tells what
// was measured and chosen.
//
// # Reads
//
// A method that analysis has proven to write nothing and to call nobody runs without the log, at the replica that was asked. It sees
// everything that was acknowledged before it was asked: the leader makes sure that it still leads, a follower asks it from which entry on it
// may read. With the place's lease, the leader does not ask the others while they cannot have elected another: no round of messages, but
// then the promise rests on the replicas' clocks running alike (see package order).
//
// # What fast can lose
//
// In commit mode safe a client is answered when its reply is in the log. In commit mode fast the leader answers as soon as it has run the
// operation. If it dies, or loses the lead, before the entry is in the log, then what the client was told may be contradicted: the
// operation is unknown to the tier, or, if the client asks again, runs anew with other values. The tiers agree with one another all the
// same: nothing leaves for another tier, and no effect is performed, before it is in the log. [Window] tells how long replies were ahead of
// the log, how many, and how many a leader that survived has had to take back.
//
// Measured on loopback with logs on disk: through three tiers the window was 8 to 16 ms at the median and 33 ms at the 99th percentile, and
// with 24 clients none of 4,037 acknowledged operations was lost in 12 SIGKILLs of leaders; with 16 clients that keep one tier saturated
// it was 65 to 262 ms at the median, since nothing but the number of entries that a leader may run ahead bounds it, and 12 SIGKILLs lost
// 1,067 of 27,777.
//
// # External effects
//
// What analysis takes for an external effect is performed by the leader, once the operation stands in the log up to there, and its result is
// put into the log (effect.go). If the leader dies in between, the next one performs it again, with the same arguments. So it is performed at
// least once, and exactly once if no leader dies or is replaced in between; the state takes its result exactly once.
//
// # Clients
//
// A tier remembers as many clients as its place says, and forgets the oldest ones by the birth that their names carry (session.go). A request
// of a client that is forgotten is refused with ABORTED, unless nobody can have tried it before.
//
// # Deadlines
//
// A call whose context has a deadline, because the handler has made it one, ends with DEADLINE_EXCEEDED when the leader's clock says so, at
// every replica alike (deadline.go). The callee runs all the same, or never. What the handler then reads off that context, such as
// its error, is each replica's own, and not recorded.
//
// # A replica whose log is lost
//
// A replica that lost its data folder may have voted and has forgotten, so that its group refuses it. By the operator's word, which is the
// place's Replace, it takes its own place with a new log (seat.go): the group, by a majority, takes the seat from the lost log, gives it to the
// new one, and lets it vote when it has caught up, from the latest image and the log after it. The same way a replica moves to another
// address, or machine, without its folder. The tier serves meanwhile. The word is said once: the folder remembers it, and a folder that holds a
// log is not replaced. A lost log that turns up again is refused. Incarnations hold the log index of the replacement, and so are new. A group
// that has lost a majority of its logs is lost.
//
// # Limits
//
// Slivers that may touch the same run one at a time, so a handler that blocks on something other than a nested call blocks those that
// touch the same, and as many lanes as there are of it; one that holds a lock across a nested call blocks its tier for good as soon as
// another operation wants the lock. A warning in the log says so. Entries leave in order: what runs beside a slow sliver is answered
// after it. Streaming methods are not replicated. Messages are protobuf. Inside a handler, a call to a target that is no tier fails with
// FAILED_PRECONDITION. The size of a group is fixed. Whether replicas are the
// same program is judged by their tables of sites and methods. Every replica keeps its initial state, encoded, to go back to.
package tiers
