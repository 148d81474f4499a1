package compensate

import (
	"errors"
	"fmt"

	"github.com/midas-tiers/midas/runtime"
)

// Repeatable says whether a follower of style leader runs the sliver that the leader's Outcome was got from: it gives trace to the op
// (Op.Give), starts or resumes it, waits, and calls Repeat. If not, the leader has fallen back: what it drew cannot be had, and only
// Repeat without an op can follow.
func Repeatable(trace, full []byte) bool { return len(trace) > 0 || len(full) == 0 }

// Repeat ends a follower's execution of a sliver in style leader. op has run with the trace that the leader's Outcome shipped; Repeat
// returns an error unless it took exactly those values, and installs the copy of the whole state, if there is one. It reads and writes
// the state only in that case, and nothing else may run then.
//
// op is nil if the sliver is not Repeatable: then the copy takes the place of the execution. That does for an op's first sliver if it is
// also its last: a handler that goes on, or waits here with locks, would be left out. After an error this replica's state is neither
// one nor the other and it needs an image.
func Repeat(t Technique, op *midasrt.Op, s *State, full []byte) error {
	if err := repeat(op, s, full); err != nil {
		return fmt.Errorf("repeat by %s: %w", t, err)
	}
	if op != nil {
		s.stats.repeated.Add(1)
	}
	return nil
}

func repeat(op *midasrt.Op, s *State, full []byte) error {
	if op != nil {
		if err := errors.Join(op.Fits(), op.Err()); err != nil {
			return err
		}
	}
	if len(full) == 0 {
		return nil
	}
	s.stats.installed.Add(1)
	return s.Decode(full)
}
