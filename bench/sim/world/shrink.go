package world

import "strings"

// Trace runs a seed and returns its events as text, and what was violated.
func (s *Simulation) Trace(seed uint64) (events []string, violation string) {
	w := newWorld(s.svc, seed, true)
	w.explore(func(e event) {
		if t := w.text(e); t != "" {
			events = append(events, t)
		}
	})
	return events, s.end(w)
}

// Play makes the events happen instead of the seed's own, mends everything and says what was violated. Events that mean nothing are
// passed over.
func (s *Simulation) Play(seed uint64, events []string) string {
	w := newWorld(s.svc, seed, true)
	for _, text := range events {
		if e, ok := w.parse(text); ok {
			w.carry(e)
		}
		if w.viol != "" {
			break
		}
	}
	return s.end(w)
}

// kind is the first word of a violation.
func kind(violation string) string {
	k, _, _ := strings.Cut(violation, ":")
	return k
}

// Shrink leaves out events as long as fails says that the rest fails.
func Shrink(events []string, fails func([]string) bool) []string {
	for size := max(len(events)/2, 1); ; {
		shorter := false
		for i := 0; i+size <= len(events); {
			without := append(append([]string(nil), events[:i]...), events[i+size:]...)
			if fails(without) {
				events, shorter = without, true
				continue
			}
			i++
			if size > 8 {
				i += size / 4
			}
		}
		switch {
		case size > 1:
			size /= 2
		case !shorter:
			return events
		}
	}
}

// ShrinkSeed shrinks the events of a failing seed to some that fail with the same kind of violation.
func (s *Simulation) ShrinkSeed(seed uint64) (events []string, violation string) {
	events, violation = s.Trace(seed)
	if s.Play(seed, events) == "" {
		return events, violation
	}
	events = Shrink(events, func(list []string) bool { return kind(s.Play(seed, list)) == kind(violation) })
	return events, s.Play(seed, events)
}
