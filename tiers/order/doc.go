// Package order is a tier's totally ordered, durable log.
//
// The replica that leads appends to a [Log], and every replica of the tier gets the same entries in the same order. The reader
// pulls: it keeps the index up to which it has read and asks for what comes after, so that a slow reader, or one that waits for an
// image, needs no buffer of its own.
//
// The log is cut by images. An [Image] is the reader's whole state right after an index; once the reader has given one, the entries
// up to that index may go. A snapshot of the engine is the latest image and the entries after it, and therefore valid at any
// moment, although the reader can make an image only now and then.
//
// # Leading
//
// A replica that becomes the leader has not read all entries of leaders before it yet: some may be committed only with its first
// own. It appends an entry that says that it leads, and when it reads that one it has read them all. There is no other barrier.
//
// Append keeps the order of calls and promises nothing else. An entry can be lost with the leadership in which it was appended, or
// refused by a full queue, while later ones come through: whoever numbers the entries sees the hole.
//
// # Who leads now
//
// A read that takes no place in the log must know that no other replica has led since it was asked for. Verify finds out by a round
// of heartbeats: it needs no clock.
//
// Lease needs no round, but trusts clocks. A follower that has heard from its leader neither stands for election nor votes before
// [RaftConfig].Election has passed; the leader counts three quarters of that time from when it sent what a majority has answered, and
// holds the lease so long. What that asks of the machines: monotonic clocks may run apart by a third at most, and must not stand
// still, as they do on a machine that is suspended or moved while its peers go on. What it does not ask: the network may delay
// anything, and a process may be halted at any time for any time, since the lease is judged at one moment and speaks of that moment
// only. So Lease is to be called after the read has come in; how much later the answer leaves is of no matter. A replica that
// comes back from its folder first waits as long as a lease, because it has forgotten whom it heard from.
//
// # Engine
//
// The engine is github.com/hashicorp/raft, with raft-wal in a data folder or with its memory stores. A group begins with the replicas
// that its first start names. A log that is lost, such as a memory log that ends, must not come back in the same seat: it may have voted.
// The caller sees to that.
//
// # Seats
//
// A [Seat] says whose log a replica's vote belongs to. Seats change one at a time, each change agreed to by a majority of the group as it
// then is (Ongaro, Consensus: Bridging Theory and Practice, 4.1): one is taken away, a new log gets it without a vote, and with one once it has
// caught up. To raft, each log is a server of its own. Nobody is taken a seat whom the leader needs for a majority that answers.
package order
