package compensate

import (
	"errors"
	"fmt"

	"github.com/midas-tiers/midas/runtime"
)

// Technique is how a replica that was not chosen becomes equal to the one that was (paper, section on compensation).
type Technique string

// The techniques.
const (
	Vanilla      Technique = "vanilla"      // nothing: replicas diverge; the baseline
	Full         Technique = "full"         // the whole state is copied
	Contaminated Technique = "contaminated" // operands of contaminated writes travel
	Reexecute    Technique = "reexecute"    // first-hand values travel
)

// ParseTechnique returns the technique of that name.
func ParseTechnique(name string) (Technique, error) {
	switch t := Technique(name); t {
	case Vanilla, Full, Contaminated, Reexecute:
		return t, nil
	}
	return "", fmt.Errorf("unknown technique %q: use vanilla, full, contaminated or reexecute", name)
}

// Mode is what an op has to keep of its execution for t. The state does not hold what an op's goroutines keep on their stacks, so
// Full, too, needs a tape.
func (t Technique) Mode() midasrt.Mode {
	switch t {
	case Full, Reexecute:
		return midasrt.ModeSource
	case Contaminated:
		return midasrt.ModeCut
	}
	return midasrt.ModeVanilla
}

// Result is what an execution of a sliver ships to the replicas that are not chosen.
type Result struct {
	Trace []byte // recorded values; empty if none were drawn
	Full  []byte // whole copies: of the state (Full), or of the contaminated fields (after a fall-back)
	Drew  bool   // a value was drawn; if not, the sliver is deterministic and there is nothing to ship
	// FellBack says that whole copies take the place of a trace, and Why that the trace could not be encoded. The caller logs it;
	// State.Stats counts it.
	FellBack bool
	Why      error
}

// Stats count what the techniques did with one State.
type Stats struct {
	Compensated uint64 // slivers that Settle made equal to a chosen execution
	FellBack    uint64 // of this replica's executions, those that ship whole copies because a value could not be encoded
	Copied      uint64 // of Compensated, those by whole copies of fields (another replica's fall-back)
	Installed   uint64 // of Compensated, those by a copy of the whole state
}

// Stats returns the counters.
func (s *State) Stats() Stats { return s.stats }

// Outcome returns what op's sliver, which has just run, ships under t. contaminated are the fields of its contaminated footprint:
// whole copies of them are shipped when a value of the trace cannot be encoded. Such a copy holds state only: what the handler has
// in contaminated local variables is lost with the trace. An error means that neither can be encoded.
func Outcome(t Technique, op *midasrt.Op, s *State, contaminated []string) (Result, error) {
	trace, drew, err := op.Trace()
	r := Result{Trace: trace, Drew: drew}
	if t == Vanilla {
		return Result{Drew: drew}, nil
	}
	if err != nil {
		r.Trace, r.FellBack, r.Why = nil, true, err
		s.stats.FellBack++
	}
	switch {
	case t == Full && (drew || r.FellBack):
		r.Full, err = s.Encode()
	case r.FellBack:
		r.Full, err = s.EncodeFields(contaminated)
	default:
		return r, nil
	}
	if err != nil {
		return Result{}, fmt.Errorf("outcome by %s: %w", t, errors.Join(err, r.Why))
	}
	return r, nil
}

// Settle makes the sliver that op has run here equal to a chosen execution elsewhere, which shipped trace and full; the op then keeps
// neither tape nor pre-images. After an error this replica's state is neither one nor the other and it needs an image.
func Settle(t Technique, op *midasrt.Op, s *State, trace, full []byte) error {
	if t == Vanilla || len(trace) == 0 && len(full) == 0 { // nothing was drawn there, so nothing was drawn here
		op.Keep()
		return nil
	}
	op.Undo()
	if err := t.follow(op, s, trace, full); err != nil {
		return fmt.Errorf("settle by %s: %w", t, err)
	}
	s.stats.Compensated++
	return nil
}

func (t Technique) follow(op *midasrt.Op, s *State, trace, full []byte) error {
	if len(trace) > 0 {
		if err := op.Replay(trace); err != nil {
			return err
		}
	}
	op.Keep()
	switch {
	case len(full) == 0:
		return nil
	case t == Full:
		s.stats.Installed++
		return s.Decode(full)
	}
	s.stats.Copied++
	return s.DecodeFields(full)
}
