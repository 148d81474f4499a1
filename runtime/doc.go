/*
Package midasrt is what rewritten code calls: it lets one replica take over the values that another one drew from clocks, random
generators and other sources, and correct what it wrote with its own. Package path runtime, imported as midasrt.

# The life of an op

An operation (op) is one request's execution at one replica. The host makes one with NewOp and starts the handler with Start, on a
goroutine that knows its op by a label (see here.go) and so do the goroutines that it starts (strands).

The handler runs until it issues a nested request, which Park holds back, or returns. This part is a sliver. Meanwhile the code that the
rewriter put in leaves three things behind:

  - the trace: Rec and Cut note, in order, the value of each source, or of each expression that contains sources;
  - the tape: Do runs a statement that writes something contaminated, and keeps it as a closure;
  - touches: P, Key, Append, Deep and the rest note, while such a closure runs, what it is about to overwrite.

When the sliver is over, Wait returns what it emitted and Trace what it drew. All replicas did the same; somebody decides whose execution
stands. That replica calls Keep. The others call Undo, which puts back the touched memory in reverse order, and Replay, which runs the tape
again while Rec and Cut take the values of the given trace. The handler's goroutines sleep through this: what they computed from their own
values lives in variables that the closures hold by reference, and those are corrected with the rest. Now every replica is in the same
state, and Resume begins the next sliver with the reply to the nested request.

	op := midasrt.NewOp("client/7", midasrt.ModeSource)
	op.Start(ctx, handler)
	stop := op.Wait()
	trace, drew, err := op.Trace()
	...
	op.Undo()
	err = op.Replay(chosen)
	op.Resume(stop.Calls[0].ID, reply)

That is style active. In style leader (ModeRecord, ModeRecordCut) one replica runs the sliver and ships its trace; the others run it
for the first time afterwards, taking the values of the trace where the leader drew. Nothing is kept and nothing undone:

	op := midasrt.NewOp("client/7", midasrt.ModeRecord)
	err := op.Give(trace) // at a follower; the leader draws
	op.Start(ctx, handler)
	stop := op.Wait()
	err = op.Fits()

An external effect (Effect) ends a sliver like a nested request. Perform runs it where the host wants it run, between slivers; Resume
brings its recorded result to every replica.

# Contract

The rewriter promises that every source and every write of something contaminated stands in a Do, that what a closure reads is at replay
what it was when it ran, and that each write in a closure is touched first. A promise broken in a way that can be seen, such as a source
outside every closure, is the op's Err: the replica must stop. Without an op every function here does what the code did before it was
rewritten, for the price of a look-up of a few nanoseconds.

Several ops may run in a process at once, with the program's own locks, if their slivers touch different places. A source that finds no
op is blamed on all that run. Undo and Replay take none of the program's locks (see Live), because the op's own parked goroutine may hold
them: while they work, no other op may run that touches the same memory, the same Go map under whatever key, or anything that a Deep of the
sliver reaches. In the record modes nothing of that kind happens.

Strands of one op may run in parallel. With a tape, the trace carries the order in which their closures ended. Without one, each strand
has its own values and the order is the program's affair, at every replica anew.

# Limits

In the record modes, a handler whose outcome depends on the order in which its own goroutines reach a lock or a channel may come to
different states at different replicas; only digests show it. A strand that meets a misfit, or an effect in the wrong place, waits for good
with the locks that it holds. An effect that is being performed when its result arrives from elsewhere delays the next sliver of its op.
Goroutines that a library starts by itself inherit the strand of their creator and must not run at the same time as it. A goroutine that
outlives its handler keeps the op from ending. Nested requests and effects come from the root strand only. pprof.Do with a context that is
not the op's hides the op from functions without a context; with the root's context in a child strand it makes the child look like the root.
Values whose meaning is an address or a live object (channels, functions, unique.Handle) cannot be recorded. Deep stops at unsafe.Pointer
and at what isOpaque lists.
*/
package midasrt
