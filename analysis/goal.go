package analysis

import "strings"

// What a goal is called in reports, before its name.
const (
	stateGoal  = "state:"
	nestedGoal = "nested:"
	effectGoal = "effect:"
	replyGoal  = "reply:"
)

// goals are what the hit means in a report: what contamination has reached there.
func (s *sliver) goals(h *hit) []string {
	if len(h.fields) > 0 {
		out := make([]string, len(h.fields))
		for i, f := range h.fields {
			out[i] = stateGoal + f
		}
		return out
	}
	if m, ok := strings.CutPrefix(h.what, requestWord); ok {
		return []string{nestedGoal + m}
	}
	if name, ok := strings.CutPrefix(h.what, effectWord); ok {
		return []string{effectGoal + name}
	}
	if h.unseen != "" {
		return []string{effectGoal + h.unseen}
	}
	return []string{replyGoal + s.entry.method}
}

// persists says that the goal makes a source first-hand. A reply does not: it is recorded for retries, and is nobody's state here.
func persists(goal string) bool { return !strings.HasPrefix(goal, replyGoal) }
