package midasrt

import "fmt"

// closure is an entry of the tape: one statement of a strand that writes something contaminated.
type closure struct {
	strand   *strand
	run      func()
	kids     int  // goroutines that the strand had started before it
	panicked bool // it did not return
}

// Do runs f, a statement that writes a contaminated location. In an op that may have to be compensated it is kept until the sliver is
// settled, to run again with another replica's values. What f captures must be what it was then: contaminated variables by reference,
// anything else unchanged until the end of the sliver. A Do inside a Do is part of it.
func Do(f func()) {
	s := current()
	if s == nil || s.depth > 0 || s.op.mode == ModeVanilla || s.op.mode == ModeRecord {
		f()
		return
	}
	if s.op.mode == ModeRecordCut {
		s.depth = 1
		defer s.leave()
		f()
		return
	}
	s.tape(f)
}

func (s *strand) leave() { s.depth = 0 }

// tape runs f and keeps it.
func (s *strand) tape(f func()) {
	c := closure{strand: s, run: f, kids: s.kids, panicked: true}
	s.depth = 1
	defer func() {
		s.depth = 0
		s.op.keep(c)
	}()
	f()
	c.panicked = false
}

func (o *Op) keep(c closure) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.tape = append(o.tape, c)
}

// drop forgets tape and touches. The caller holds mu.
func (o *Op) drop() {
	clear(o.tape)
	clear(o.touches)
	o.tape, o.touches = o.tape[:0], o.touches[:0]
}

// Keep settles the sliver just run as it ran here.
func (o *Op) Keep() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.drop()
}

// Undo takes back what the closures of the sliver just run wrote, the last write first. Writes outside closures stay: they are the same
// at every replica.
func (o *Op) Undo() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i := len(o.touches) - 1; i >= 0; i-- {
		o.touches[i].undo()
	}
	clear(o.touches)
	o.touches = o.touches[:0]
}

// Replay runs the tape of the sliver just run again, after Undo, with the values of another replica's execution. An error says that
// the trace does not fit this tape; the state is then undefined, and only a snapshot helps.
func (o *Op) Replay(trace []byte) error {
	if err := o.replayAll(trace); err != nil {
		return fmt.Errorf("midasrt: replay of op %s: %w", o.id, err)
	}
	return nil
}

func (o *Op) replayAll(trace []byte) error {
	given, order, err := o.parse(trace)
	if err != nil {
		return err
	}
	o.run()
	defer o.rested()
	o.given, o.misfit = given, nil
	defer func() { o.given = nil }()
	for _, c := range order {
		if err := o.again(c); err != nil {
			return err
		}
	}
	if err := leftOver(given); err != nil {
		return err
	}
	o.Keep()
	return nil
}

// again runs one closure with the values given to its strand.
func (o *Op) again(c closure) error {
	s := c.strand
	kids, strands := s.kids, len(o.strands)
	s.kids, s.depth, s.replay = c.kids, 1, o.replayOf(s.path)
	panicked := o.runAgain(c)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.untilQuiet()
	o.strands = o.strands[:strands]
	s.kids, s.depth, s.replay = kids, 0, nil
	if o.misfit != nil {
		return o.misfit
	}
	if panicked != c.panicked {
		return fmt.Errorf("%w: a closure of the tape panicked in one execution only", errMisfit)
	}
	return nil
}

func (o *Op) runAgain(c closure) (panicked bool) {
	defer adopt(c.strand)()
	defer func() {
		if panicked {
			_ = recover() // a panic is how the closure ended when it ran live, or o.misfit says why
		}
	}()
	panicked = true
	c.run()
	return false
}
