// Package wire moves frames between replicas: those of one tier, and those of neighbouring tiers.
//
// A replica has one TCP port for its peers. The first byte of a connection says what it carries: raft's own streams (see
// [TCP.Streams]) or frames, each a CBOR value after its length. Connections are made when there is something to send, kept, and made
// again after a failure; what cannot be sent now is dropped, never waited for.
//
// Frames may therefore be lost, repeated and reordered. Nothing here is encrypted or authenticated: peers belong on a network of
// their own.
package wire
