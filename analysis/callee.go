package analysis

import (
	"slices"

	"github.com/midas-tiers/midas/analysis/points"
)

// callee is the call's targets without a body as the points-to analysis has them, false if there are none.
func (c *call) callee() (points.Callee, bool) {
	if c.nested != "" {
		return points.Callee{Apart: true}, true
	}
	out := points.Callee{Calls: slices.Concat(c.inline, c.async), Opaque: c.superficial()}
	if out.Opaque {
		return out, true
	}
	out.Mutates, out.Fills, out.Bytes = c.mutates(), c.fills(), c.bytes()
	out.Fresh = !slices.ContainsFunc(c.externs, func(e extern) bool { return !e.Fresh && !e.Apart })
	out.Apart = !slices.ContainsFunc(c.externs, func(e extern) bool { return !e.Apart })
	for _, e := range c.externs {
		if e.Bag != "" {
			out.Bag = e.Bag
		}
	}
	return out, len(c.externs) > 0
}

// fills lists the operands whose memory gets pointers to new memory; what is not known may do that with all of them.
func (c *call) fills() []int {
	var out []int
	for _, e := range c.externs {
		if !e.known {
			for i := range points.Operands(c.site.Common()) {
				out = append(out, i)
			}
		}
		for _, i := range e.Fills {
			out = append(out, e.operand(i))
		}
	}
	return out
}
