package tiers

import (
	"testing"

	"github.com/midas-tiers/midas/compensate"
)

// arm is a way to replicate that tests go through.
type arm struct {
	style     string
	technique compensate.Technique
}

func (a arm) String() string { return a.style + "/" + string(a.technique) }

// arms are all that keep replicas equal.
var arms = []arm{
	{styleLeader, compensate.Full}, {styleLeader, compensate.Contaminated}, {styleLeader, compensate.Reexecute},
	{styleLeader, compensate.Transparent}, {styleLeader, compensate.Auto},
	{styleActive, compensate.Full}, {styleActive, compensate.Contaminated}, {styleActive, compensate.Reexecute},
	{styleActive, compensate.Auto},
}

// styles are the arms of one technique.
var styles = []arm{{styleLeader, compensate.Reexecute}, {styleActive, compensate.Reexecute}}

var vanilla = arm{styleActive, compensate.Vanilla}

func eachArm(t *testing.T, f func(*testing.T, arm)) { each(t, arms, f) }

// eachActive leaves out style leader, which settles at birth.
func eachActive(t *testing.T, f func(*testing.T, arm)) {
	var active []arm
	for _, a := range arms {
		if a.style == styleActive {
			active = append(active, a)
		}
	}
	each(t, active, f)
}

func eachStyle(t *testing.T, f func(*testing.T, arm)) { each(t, styles, f) }

func each(t *testing.T, arms []arm, f func(*testing.T, arm)) {
	for _, a := range arms {
		t.Run(a.String(), func(t *testing.T) { f(t, a) })
	}
}
