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
	Transparent  Technique = "transparent"  // first-hand values and the whole state, always: what a system without analysis must do
	Auto         Technique = "auto"         // no technique: the leader of a tier chooses one for every operation
)

// Style is who runs a sliver before its outcome is known.
type Style uint8

const (
	Leader Style = iota // the leader alone; followers run it afterwards with the leader's values
	Active              // every replica; those that are not chosen compensate
)

// ParseTechnique returns the technique of that name.
func ParseTechnique(name string) (Technique, error) {
	switch t := Technique(name); t {
	case Vanilla, Full, Contaminated, Reexecute, Transparent, Auto:
		return t, nil
	}
	return "", fmt.Errorf("unknown technique %q: use vanilla, full, contaminated, reexecute, transparent or auto", name)
}

// Mode is what an op has to keep of its execution for t. The state does not hold what an op's goroutines keep on their stacks, so
// Full, too, needs the values. Vanilla has no styles. Transparent is for style leader: without analysis there is no tape. Auto has no
// mode: it has to be resolved first.
func (t Technique) Mode(s Style) midasrt.Mode {
	switch {
	case t == Auto || t == Transparent && s == Active:
		panic(fmt.Sprintf("compensate: technique %s has no mode in style %d", t, s))
	case t == Vanilla:
		return midasrt.ModeVanilla
	case t == Contaminated && s == Leader:
		return midasrt.ModeRecordCut
	case t == Contaminated:
		return midasrt.ModeCut
	case s == Leader:
		return midasrt.ModeRecord
	}
	return midasrt.ModeSource
}

// Result is what an execution of a sliver ships to the replicas that are not chosen, or that follow the leader.
type Result struct {
	Trace []byte // recorded values; empty if none were drawn
	Full  []byte // whole copies: of the state (Full, Transparent), or of the contaminated fields (after a fall-back)
	Drew  bool   // a value was drawn; if not, the sliver is deterministic and there is nothing to ship. Always set by Transparent
	// FellBack says that whole copies take the place of a trace, and Why that the trace could not be encoded. The caller logs it;
	// State.Stats counts it.
	FellBack bool
	Why      error
}

// Reach says what Outcome may copy.
type Reach struct {
	Contaminated []string // the fields of the sliver's contaminated footprint; "*" is the whole state
	// Alone says that nothing else runs on the state, and nothing else is unsettled, until Outcome returns: its caller's promise. Copies
	// read all of the state, so without it Outcome makes none.
	Alone bool
}

var errNotAlone = errors.New("the state cannot be copied: other operations run")

// Outcome returns what op's sliver, which has just run, ships under t: in style leader at the leader, in style active at every replica.
// Whole copies take the place of a trace that cannot be encoded: of the contaminated fields in style active, of the whole state in
// style leader. Such a copy holds state only: what the handler has in local variables is lost with the trace. An error means that
// neither can be had.
func Outcome(t Technique, op *midasrt.Op, s *State, reach Reach) (Result, error) {
	trace, drew, err := op.Trace()
	if t == Vanilla {
		return Result{Drew: drew}, nil
	}
	r := Result{Trace: trace, Drew: drew}
	if err != nil {
		r.Trace, r.FellBack, r.Why = nil, true, err
		s.stats.fellBack.Add(1)
	}
	if t == Transparent && !r.FellBack && !drew {
		r.Trace, r.Drew = midasrt.EmptyTrace(), true
	}
	if whole := (t == Full || t == Transparent) && r.Drew; !whole && !r.FellBack {
		return r, nil
	}
	if r.Full, err = s.copies(t, op, reach); err != nil {
		return Result{}, fmt.Errorf("outcome by %s: %w", t, errors.Join(err, r.Why))
	}
	return r, nil
}

func (s *State) copies(t Technique, op *midasrt.Op, reach Reach) ([]byte, error) {
	switch {
	case !reach.Alone:
		return nil, errNotAlone
	case t == Full || op.Mode().Records():
		return s.Encode()
	}
	return s.EncodeFields(reach.Contaminated)
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
	s.stats.compensated.Add(1)
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
		s.stats.installed.Add(1)
		return s.Decode(full)
	}
	s.stats.copied.Add(1)
	return s.DecodeFields(full)
}
