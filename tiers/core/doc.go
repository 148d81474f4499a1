// Package core is the protocol of a replica group as a pure state machine: what one replica of a tier does with the entries of its
// tier's log, the messages of other tiers and its clients' requests. It has no clock, goroutine, socket or randomness.
//
// # What it is for
//
// A tier is one service, several replicas and one totally ordered, durable log. Every replica runs every operation (op). Handlers
// draw values (time, random numbers), so executions differ; the protocol makes all replicas of all tiers agree on one execution of
// each sliver. A sliver is the part of a handler between two communication events: it ends in a nested request or in the reply.
//
// An execution's Outcome is its id, the values that it drew (the trace) and what it emitted. A sliver is settled when it is known
// which outcome stands. A replica whose own execution was not chosen follows the one that was: it undoes its contaminated writes and
// makes them again from the trace. That is the host's work; this package says when, and with which outcome.
//
// # The rules
//
// Log (apply.go). Begin adds an op and makes its first sliver due; Resume answers a call and makes the next one due; the first
// Settle of a sliver lets its outcome stand. An entry that comes twice does nothing the second time.
//
// Schedule (schedule.go). Slivers run one at a time, in log order. Until a sliver is settled, what it wrote may still be undone: a
// sliver that touches an unsettled footprint waits, whether it belongs to the same op, the same family or neither. Whether one waits
// is a function of the log prefix, so every replica runs the same slivers between the same settlements, and starts each from equal
// state. Hence a sliver that draws nothing here draws nothing anywhere: it stands at once.
//
// One log decides each sliver (emit.go). An output is a final, because its sliver is settled, or an offer, which carries its
// outcome. The receiver's log takes the first offer that it orders, and every answer says which. Replies to tiers are offered.
// A request is offered if it is all that the sliver emits, if every execution would send it to the same place, and if the edge is
// on no circle of tiers. All else is settled in the own log first, replies to clients included.
//
// Forward: the reply to an offered request returns the outcome that was taken; the Resume carries it, and the replicas not chosen
// follow before the next sliver runs. Backward (callback.go): a Resume that takes an offered reply owes its outcome to the callee.
// The callee orders it as a Settle and acknowledges. What is owed survives images and is repeated until acknowledged. Nobody settles
// an offer on suspicion: who waits too long sends it again, and whoever gets an offer for a closed call answers what was chosen.
//
// Execution ids name the incarnation. A restarted replica draws other values when it runs a sliver again; they are another
// execution, and not chosen just because the replica is.
//
// Op table and marks (op.go, marks.go). A client's mark says that all lower numbers are answered or given up. Below it, requests are
// refused, and an op is forgotten once it is done and owes nothing. A nested request carries the lower of the mark and the sender's
// oldest op in flight of that client, so that a callee does not refuse what a caller still needs. For the same reason a mark does
// not count against the descendants of an op that is in flight at this tier. Acks come at different times to different replicas, and so
// does forgetting; the mark makes that invisible. A client's name must be used toward one entry tier only.
//
// Images (barrier.go, snapshot.go). A Barrier holds later Begins, except those of descendants of ops in flight. When the others have
// ended, every replica captures at the same index. If they do not end in time, an Unbarrier abandons it.
//
// Commit mode fast. The replica whose Begin is in the log (the edge) answers as soon as its own run has replied, and proposes its
// outcome; the others do so only when they suspect it. If the edge dies between the two, its answer may be contradicted. Tiers agree
// all the same. A client that asks elsewhere gets the settled reply. The host may hand a client's request to another replica, which
// then is the edge, and pass on what that one answers: it is the edge's answer still.
//
// Vanilla is the baseline: every sliver stands at once everywhere, and the replicas diverge.
//
// # Who speaks
//
// Any replica may propose and send anything that the rules allow, and everything may be lost, repeated or late. To keep logs and
// network quiet, one replica says each thing first: the one that proposed the entry which led to it, because it was alive a moment
// ago. A client's Begin may have been proposed by several, at which the client waits; there it is the edge. The others repeat it on
// Tick if it is still outstanding, first to the believed leader, then to all, with growing pauses. No replica proposes the same thing
// again within two ticks. An Ack leaves for every replica of the calling tier, from the replica that the callback came to: all callers
// owe until they hear it, and only that replica knows that one is waiting. Whoever missed it repeats the callback and is answered
// alone. A replica that replays its log has proposed nothing of it, so it is silent until Tick.
//
// # The life of an op of two tiers
//
// The client asks replica 2 of tier A for c/7; the handler draws a value, calls B, draws another and replies. B draws one and
// replies. A1 and B1 lead their logs.
//
//	A2  Client c/7              propose Begin c/7 (edge 2)
//	A*  Begin c/7               run: each draws its own value. A2 offers Request c/7/1 with outcome 2.0.1 to B1
//	B1  Request c/7/1           propose Begin c/7/1 with forward outcome 2.0.1
//	B*  Begin c/7/1             run. B1 offers Reply c/7/1 with outcome 1.0.1, and returns 2.0.1, to A1
//	A1  Reply c/7/1             propose Resume c/7:1 with forward outcome 2.0.1 and callback outcome 1.0.1
//	A*  Resume c/7:1            A2 keeps its first sliver, A1 and A3 follow 2.0.1. A1 sends Callback 1.0.1 to B1.
//	                            run the second sliver. It ends in a client's reply: A1 proposes Settle c/7:1 with outcome 1.0.2
//	B1  Callback c/7/1          propose Settle c/7/1 with outcome 1.0.1
//	A*  Settle c/7:1            A1 keeps, the others follow. A2 answers the client. The op is done and owes one callback
//	B*  Settle c/7/1            B1 keeps, the others follow. B1 sends Ack c/7/1 to A1, A2, A3
//	A*  Ack c/7/1               nothing is owed: c/7 is forgotten when a later request of c carries a mark above 7
//
// Four rounds of the logs lie on the client's path (2n for n tiers); with fast, A2 would have answered after three. Had A2 died
// after its request, A1's or A3's Tick would have asked again, and B would have given the same answer.
//
// # Using it
//
// Every input returns Outputs, to be carried out in order. A Run or Follow is always the last; the host answers it with Ran or
// Followed before anything else, and gets the next Outputs from there. Inputs are not safe for concurrent use. Entries that are
// proposed may be lost; the host does not retry them. After a start the host restores its newest image, if it has one, and
// applies the log from the entry after it; Config.Incarnation must be new.
//
// # Limits
//
// The caller has no deadlines: every call is answered in the end. Log order is not a fair queue: a sliver that waits may be passed
// by later ones whose footprints are free. Marks are kept for every client ever seen. Membership is fixed. If a replica cannot follow an
// outcome and no replica that can is left, the tier waits.
package core
