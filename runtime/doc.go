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

# Contract

The rewriter promises that every source and every write of something contaminated stands in a Do, that what a closure reads is at replay
what it was when it ran, and that each write in a closure is touched first. A promise broken in a way that can be seen, such as a source
outside every closure, is the op's Err: the replica must stop. Without an op every function here does what the code did before it was
rewritten, for the price of a look-up of a few nanoseconds.

One op runs in a process at a time. Its strands may run in parallel; the tape keeps the order in which their closures ended, and the
trace carries that order.

# Limits

Goroutines that a library starts by itself inherit the strand of their creator and must not run at the same time as it. A goroutine that
outlives its handler keeps the op from ending. Nested requests come from the root strand only. pprof.Do with a context that is not the
op's hides the op from functions without a context; with the root's context in a child strand it makes the child look like the root. Values
whose meaning is an address or a live object (channels, functions, unique.Handle) cannot be recorded. Deep stops at unsafe.Pointer and at
what isOpaque lists.
*/
package midasrt
