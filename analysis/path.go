package analysis

import (
	"fmt"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/report"
)

// path leads from source i to the hit.
func (t *taint) path(h *hit, i int) []report.Step {
	var steps []report.Step
	steps = append(steps, t.p.step(t.p.stepPos(h.in), "reaches "+h.what))
	seen := map[any]bool{}
	at := h.from
	if !t.traced(at, i) {
		t.site = h.site
		at = t.cause(h, i)
	}
	for at != nil && !seen[at] {
		seen[at] = true
		o, ok := t.why[trail{at, i}]
		if !ok {
			break
		}
		if o.what != "" && o.pos.IsValid() {
			steps = append(steps, t.p.step(o.pos, o.what))
		}
		at = o.at
	}
	src := t.p.sources[i-1]
	steps = append(steps, report.Step{Function: src.fn, Pos: t.p.relative(src.Pos), What: fmt.Sprintf("source %s (%s)", src.Symbol, src.Kind)})
	slices.Reverse(steps)
	return slices.CompactFunc(steps, func(a, b report.Step) bool { return a == b })
}

// cause is a contaminated operand, or a branch that decides whether the hit happens.
func (t *taint) cause(h *hit, i int) any {
	for _, o := range h.in.Operands(nil) {
		if *o == nil {
			continue
		}
		if at := t.place(*o); t.traced(at, i) {
			return at
		}
	}
	for _, b := range t.p.flows[h.in.Parent()].deciders(h.in.Block()) {
		if c, ok := lastInstr(b).(*ssa.If); ok {
			if at := t.place(c.Cond); t.traced(at, i) {
				return at
			}
		}
	}
	if at := (control{h.site, h.in.Parent()}); t.traced(at, i) {
		return at
	}
	return nil
}

func (t *taint) traced(at any, i int) bool { _, ok := t.why[trail{at, i}]; return ok }
