// Package core is the protocol of a replica group as a pure state machine: what one replica of a tier does with the entries of its
// tier's log, the messages of other replicas and its clients' requests. It has no clock, goroutine, socket or randomness.
//
// # What it is for
//
// A tier is one service, several replicas and one totally ordered, durable log. Handlers draw values (time, random numbers), so two
// executions of one request differ; the protocol makes all replicas of all tiers agree on one execution of each sliver. A sliver is the
// part of a handler between two communication events: it ends in a nested request, an external effect or the reply.
//
// An execution's Outcome is its id, the values that it drew (the trace) and what it emitted. A sliver is settled when it is known which
// outcome stands. The host runs slivers and makes them equal; this package says when, and with which outcome.
//
// # The leader and the log (lead.go, order.go, ahead.go, apply.go)
//
// One replica leads. It alone orders entries: each carries the epoch, which is the log index of the leader's Lead entry, and a number.
// An entry of another epoch or out of sequence is void everywhere, so whatever delayed or lost appends do, the log holds one leader's
// entries without a hole. The others send the leader what they want ordered (Proposal); the leader checks it against its table once, and
// the log decides nothing twice.
//
// The leader runs ahead of the log: what it orders it applies and runs at once, and what would leave the replica (messages to other tiers,
// replies, effects) is held until the entry has come back. So a request costs one round of the log however many entries it takes. A replica
// leads from its own Lead entry on, when it has applied all that came before. If a Lead entry comes while something that it ordered
// has not come back, that never will be valid: what it ran ahead is void, and the host rebuilds it from image and log.
//
// # Styles
//
// Style leader: the leader runs the sliver, and the entry that starts it (Begin, Resume) carries the outcome. It is settled at birth.
// The others repeat the execution with the values given; there is nothing to undo.
//
// Style active: every replica runs the sliver when its entry comes. One that drew nothing stands at once: replicas start every sliver
// from equal state, so it draws nothing anywhere. For the others one log decides (emit.go). An output is a final, because its sliver is
// settled, or an offer, which carries its outcome; the receiver's log takes the first offer that it orders, and every answer says which.
// Replies to tiers are offered. A request is offered if it is all that the sliver emits, if every execution would send it to the same place,
// and if the edge is on no circle of tiers. All else the leader settles with its own execution, right behind the entry.
//
// Forward: the reply to an offered request returns the outcome that was taken; the Resume carries it, and the replicas not chosen
// follow before the next sliver runs: they undo their contaminated writes and make them again from the trace. Backward (callback.go): a
// Resume that takes an offered reply owes its outcome to the callee, which orders it as a Settle and acknowledges. What is owed survives
// images and is repeated until acknowledged. Nobody settles an offer on suspicion: who waits too long sends it again, and whoever gets an
// offer for a closed call answers what was chosen, or that nothing was.
//
// Execution ids name the incarnation: a restarted replica draws other values when it runs a sliver again. Vanilla is the baseline:
// style active, and every replica's own execution stands; they diverge.
//
// # Scheduling (schedule.go)
//
// Until a sliver is settled, what it wrote may still be undone: a sliver that meets an unsettled footprint waits, whether it belongs to
// the same op, the same family or neither. Whether one waits is a function of the log prefix, so every replica starts each sliver from
// equal state. Slivers that do not meet may run at the same time, in lanes; how many lanes there are changes nothing else.
//
// # Reads (read.go)
//
// A read runs without the log, at the replica that was asked: at the leader when nobody else can have led, at a follower from the index that
// the leader names. In both cases everything that the leader had ordered is in the log before the answer leaves.
//
// # External effects, deadlines (effect.go)
//
// An effect is a call whose callee is the leader's host. It is performed when its sliver is settled and in the log, and its result is an
// entry: at least once towards the outside, with the same arguments, exactly once towards the state. A call can be given up, by an entry
// that closes it; its callee runs all the same, or never.
//
// # Op table, marks, floors (op.go, marks.go)
//
// A client's mark says that all lower numbers are answered or given up. Below it, requests are refused, and an op is forgotten once it is
// done and owes nothing. A nested request carries the lower of the mark and the sender's oldest op in flight of that client, so that a
// callee does not refuse what a caller still needs. For the same reason a mark does not count against the descendants of an op that is in
// flight at this tier.
//
// The floor is a mark over clients: names carry a birth number, and when more clients are known than Config.Clients the floor rises over the
// oldest. Requests of clients born at or before it are refused as too old. Nested requests carry it down as they carry marks. Names belong to
// a realm, one for each tier that clients enter by, so that the floors of two tiers above a third have nothing to do with one another.
//
// # Images (checkpoint.go, snapshot.go)
//
// Asked for an image, the leader begins no op but descendants of those in flight. When these have ended it orders a Checkpoint, and every
// replica takes its image there. If they do not end in time, it gives up.
//
// # Commit mode fast
//
// The leader answers clients when it has run, before the entry is in the log. If it dies in between, the answer may be contradicted. Nothing
// else differs: tiers agree all the same, and reads wait for the log.
//
// # Who speaks
//
// Any replica may say what the rules allow, and every message may be lost, repeated or late. To keep the network quiet the leader speaks
// first. The others repeat on Tick what is still outstanding, first to the believed leader, then to all, with growing pauses. An Ack
// leaves for every replica of the calling tier from the replica that the callback came to.
//
// # The life of an op of two tiers
//
// The client asks replica 2 of tier A for c/7; the handler draws a value, calls B, draws another and replies. A1 and B1 lead. Style leader:
//
//	A2  Client c/7              Proposal Begin c/7 to A1
//	A1  Proposal                run the first sliver; append Begin c/7 with outcome 1.0.1, whose output is the call c/7/1
//	A*  Begin c/7               A2, A3 repeat 1.0.1. A1, to which it came back, sends Request c/7/1 to B1
//	B1  Request c/7/1           run; append Begin c/7/1 with outcome 1.0.1
//	B*  Begin c/7/1             B2, B3 repeat it. B1 sends Reply c/7/1 to A1
//	A1  Reply c/7/1             run the second sliver; append Resume c/7:1 with outcome 1.0.2
//	A*  Resume c/7:1            A2, A3 repeat it. A2, at which the client waits, answers; A1 has told it the reply besides
//
// Three rounds of the logs, 2n-1 for n tiers. In style active all replicas run at Begin and Resume; A1 offers the request and B1 the reply,
// Resume c/7:1 carries the outcome that B took and the one that A took from B, and A1 sends that one to B as Callback, off the client's path.
//
// # Using it
//
// Inputs return Outputs, to be carried out in order. Up to Config.Lanes slivers are with the host at a time, and one Follow; the host answers
// when they are done and gives other inputs meanwhile. Inputs are not safe for concurrent use. Appended entries may be lost; the host does
// not retry them. After a start the host restores its newest image, if it has one, and applies the log from the entry after it;
// Config.Incarnation must be new.
//
// # Limits
//
// Log order is not a fair queue: a sliver that waits may be passed by later ones whose footprints are free. Membership is fixed. If a
// replica cannot follow an outcome and no replica that can is left, the tier waits. Clients of one realm born at the same number are forgotten
// together.
package core
