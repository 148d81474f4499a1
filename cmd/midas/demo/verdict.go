package demo

import (
	"errors"
	"fmt"

	"github.com/midas-tiers/midas/cmd/midas/demo/oracle"
)

// evidence is what a trial's end brought to light.
type evidence struct {
	tally     oracle.Tally
	history   error // of the linearizability check
	differing []difference
}

// verdict returns why the technique failed, one error for each fault; nil if it did not fail.
func verdict(technique string, e evidence) error {
	if technique == "vanilla" {
		if len(e.differing) == 0 {
			return errors.New("the replicas are equal without compensation, so the load proves nothing")
		}
		return nil
	}
	return errors.Join(
		fault("acknowledged and lost", e.tally.Lost),
		fault("applied twice", e.tally.Twice),
		fault("does not add up", e.tally.Wrong),
		fault("replicas differ", e.differing),
		e.history,
	)
}

func fault[T any](what string, found []T) error {
	if len(found) == 0 {
		return nil
	}
	return fmt.Errorf("%s: %s", what, few(found, 3))
}
