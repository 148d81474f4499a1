package tiers

import (
	"math"
	"testing"
	"time"

	"github.com/midas-tiers/midas/compensate"
	"github.com/midas-tiers/midas/tiers/core"
	"github.com/midas-tiers/midas/tiers/wire"
)

// world is what a method's slivers really cost under each technique.
type world map[compensate.Technique]struct {
	run, encode, repeat time.Duration
	bytes               int
}

// measure runs n operations of a method as the leader chooses, and returns how many took each technique.
func (a *auto) measure(w world, in setting, n int) map[compensate.Technique]int {
	taken := make(map[compensate.Technique]int)
	for range n {
		t := a.choose("m", in)
		taken[t]++
		e := &execution{technique: t, begin: &core.Entry{Method: "m"}}
		a.ran(&turn{e: e, took: w[t].run, worked: w[t].encode}, w[t].bytes)
		a.repeated("m", t, w[t].repeat)
	}
	return taken
}

func newAuto(state int, took time.Duration) *auto {
	a := new(auto)
	a.started(genesis{encoded: make([]byte, state), took: took})
	return a
}

const us = time.Microsecond

var (
	// Little randomness grows into much data, computed quickly.
	largeState = world{
		compensate.Contaminated: {10 * us, 5 * us, 10 * us, 100000}, compensate.Reexecute: {10 * us, us, 12 * us, 16},
		compensate.Full: {10 * us, 900 * us, 900 * us, 1 << 20},
	}
	// What is drawn is computed with for long, into little.
	longComputation = world{
		compensate.Contaminated: {2000 * us, us, 10 * us, 40}, compensate.Reexecute: {2000 * us, us, 2000 * us, 16},
		compensate.Full: {2000 * us, 900 * us, 900 * us, 1 << 20},
	}
	// There is hardly any state, and much is drawn.
	smallState = world{
		compensate.Contaminated: {200 * us, 100 * us, 150 * us, 30000}, compensate.Reexecute: {200 * us, 100 * us, 200 * us, 5000},
		compensate.Full: {190 * us, us, us, 100},
	}
)

func TestAutoTakesTheCheapest(t *testing.T) {
	for _, c := range []struct {
		name  string
		w     world
		state int
		in    setting
		want  compensate.Technique
	}{
		{"large state", largeState, 1 << 20, setting{}, compensate.Reexecute},
		{"long computation", longComputation, 1 << 20, setting{}, compensate.Contaminated},
		{"small state", smallState, 100, setting{}, compensate.Full},
		{"small state, others wait", smallState, 100, setting{others: 20}, compensate.Reexecute},
		{"small state, others wait for the log", smallState, 100, setting{active: true, others: 2}, compensate.Reexecute},
	} {
		a := newAuto(c.state, us)
		a.bytes.took.add(float64(time.Millisecond))
		a.measure(c.w, c.in, 200)
		if taken := a.measure(c.w, c.in, 1000); taken[c.want] < 950 {
			t.Errorf("%s: took %v, want mostly %s", c.name, taken, c.want)
		}
	}
}

func TestAutoSwitchesWhenTheCostChanges(t *testing.T) {
	a := newAuto(1<<20, 900*us)
	a.measure(largeState, setting{}, 500)
	a.measure(longComputation, setting{}, 100)
	if taken := a.measure(longComputation, setting{}, 500); taken[compensate.Contaminated] < 450 {
		t.Errorf("took %v, want mostly contaminated", taken)
	}
	a.measure(largeState, setting{}, 600) // what is dearer is tried the more rarely
	if taken := a.measure(largeState, setting{}, 500); taken[compensate.Reexecute] < 450 {
		t.Errorf("took %v, want mostly reexecute", taken)
	}
}

// What exploring costs beyond the best technique stays small, however bad the others are.
func TestAutoExploresCheaply(t *testing.T) {
	w := world{
		compensate.Contaminated: {us, us, us, 10}, compensate.Reexecute: {us, us, 2 * us, 10},
		compensate.Full: {us, 100000 * us, 100000 * us, 1 << 24},
	}
	a := newAuto(1<<24, 100000*us)
	taken := a.measure(w, setting{}, 10000)
	if taken[compensate.Full] > 0 {
		t.Errorf("took full %d times, which costs as much as 50000 others", taken[compensate.Full])
	}
	if taken[compensate.Reexecute] == 0 || taken[compensate.Reexecute] > 400 {
		t.Errorf("took %v, want reexecute tried now and then", taken)
	}
}

func TestTransferLearnsTheSlope(t *testing.T) {
	var tr transfer
	if got := tr.perByte(); got != usualPerByte {
		t.Errorf("a byte costs %v ns before anything is known, want %v", got, usualPerByte)
	}
	for i := range 400 {
		bytes := float64(1000 * (1 + i%20))
		tr.learn(bytes, 50000+40*bytes)
	}
	if got := tr.perByte(); math.Abs(got-40) > 10 {
		t.Errorf("a byte costs %v ns, want about 40", got)
	}
}

// The leader hears from its followers what following costs, and says what it knows.
func TestCostsReachTheLeader(t *testing.T) {
	eachStyle(t, func(t *testing.T, a arm) {
		s := newSystem(t, shelf, arm{a.style, compensate.Auto}, nil)
		s.startAll()
		leader := wire.ID{Tier: "shelf", Replica: 1}
		for i := range 20 {
			s.call(leader, "c"+string(rune('a'+i))+"/1", putMethod, int64(i))
		}
		s.tick(2 * reportEvery)
		status, err := s.nodes[leader].status(false)
		if err != nil {
			t.Fatal(err)
		}
		var chosen uint64
		measured := false
		for _, c := range status.Costs {
			chosen += c.Chosen
			measured = measured || c.Slivers > 0 && c.Bytes > 0 && c.Run > 0 && c.Repeat > 0 && c.Total > c.Repeat
		}
		if chosen != 20 || !measured {
			t.Errorf("costs %+v: want 20 choices, and one technique measured", status.Costs)
		}
		s.settle()
		s.wantEqual()
	})
}
