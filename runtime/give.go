package midasrt

import (
	"fmt"
	"maps"
	"slices"
)

// Give makes the sliver that the next Start or Resume begins take its values from trace, in the order of each strand, instead of drawing:
// this replica runs it for the first time, as the replica that recorded the trace ran it. The op must be in a record mode, and in the
// one that recorded. Giving an empty trace is to say that the sliver draws nothing. An error says that trace is none of that mode; then
// nothing is given.
//
// If the execution asks for other values than the trace has, the strand that does so waits for good and Wait returns; Fits says what did
// not fit. The order in which strands of one sliver run is not in the trace. Where the outcome depends on it, followers may differ from the
// leader without a misfit.
func (o *Op) Give(trace []byte) error {
	if !o.mode.Records() {
		return fmt.Errorf("midasrt: op %s: a trace is given in mode %d", o.id, o.mode)
	}
	given, order, err := split(trace)
	if err == nil && order != nil && len(order.b) > 0 {
		err = fmt.Errorf("%w: it orders the closures of a tape", errMisfit)
	}
	if err != nil {
		return fmt.Errorf("midasrt: op %s: the trace given: %w", o.id, err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.next = given
	return nil
}

// Fits returns nil if the sliver just run took every value of the trace that it was given and asked for no other, or was given none.
// After an error the state is undefined and only a snapshot helps.
func (o *Op) Fits() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	err := o.misfit
	if err == nil {
		err = leftOver(o.given)
	}
	if err != nil {
		return fmt.Errorf("midasrt: op %s: %w", o.id, err)
	}
	return nil
}

// take begins the sliver with what was given for it.
func (o *Op) take() {
	o.given, o.next, o.misfit = o.next, nil, nil
	o.root.replay = nil
	if o.given != nil {
		o.root.replay = o.replayOf("")
	}
}

func leftOver(given map[string]*reader) error {
	for _, path := range slices.Sorted(maps.Keys(given)) {
		if n := len(given[path].b); n > 0 {
			return fmt.Errorf("%w: %d bytes of strand %q are left over", errMisfit, n, path)
		}
	}
	return nil
}

// dead says that the op will not go on.
func (o *Op) dead() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.halted || o.abandoned
}

// nothingDrawn are the values of a sliver that drew none: its cuts are not in the trace.
var nothingDrawn = new(reader)

// replayOf is what the strand of that path takes.
func (o *Op) replayOf(path string) *reader {
	if len(o.given) == 0 {
		return nothingDrawn
	}
	if r := o.given[path]; r != nil {
		return r
	}
	return &reader{}
}
