package source

import (
	"strings"

	"golang.org/x/tools/go/ssa"
)

// given adds to a function literal what it is given in an open order: it is the body of a range over a library's iterator, or a callback
// of a library. The source has the place of the call that gives it, and that call's proof.
func (s *scope) given() {
	fn := s.fn
	if fn.Parent() == nil || len(fn.Params) == 0 || len(fn.Blocks) == 0 {
		return
	}
	for _, b := range fn.Parent().Blocks {
		for _, in := range b.Instrs {
			site, ok := in.(ssa.CallInstruction)
			if !ok || !takes(site.Common(), fn) {
				continue
			}
			if giver := giverOf(site, fn); giver != nil {
				s.givenBy(giver)
			}
		}
	}
}

func takes(c *ssa.CallCommon, fn *ssa.Function) bool {
	for _, a := range c.Args {
		for _, f := range funcsOf(a) {
			if f == fn {
				return true
			}
		}
	}
	return false
}

// giverOf is the call whose order is open: of the library that calls fn back, or the one that made the iterator which calls fn.
func giverOf(site ssa.CallInstruction, fn *ssa.Function) ssa.CallInstruction {
	if f := called(site.Common()); f != nil {
		if callbacks[f.FullName()] {
			return site
		}
		return nil
	}
	if made, ok := site.Common().Value.(*ssa.Call); ok && strings.HasPrefix(fn.Synthetic, "range-over-func") {
		return made
	}
	return nil
}

// callbacks are functions that call their argument with what they draw.
var callbacks = map[string]bool{"(*sync.Map).Range": true}

func (s *scope) givenBy(giver ssa.CallInstruction) {
	outer := newScope(s.f, s.fn.Parent())
	outer.giving = true
	outer.call(giver)
	for _, src := range outer.out {
		if src.Kind != MapOrder && src.Kind != FloatOrder {
			continue
		}
		src.Fn, src.Instr, src.Values, src.Blocks = s.fn, s.fn.Blocks[0].Instrs[0], nil, nil
		for _, p := range s.fn.Params {
			src.Values = append(src.Values, p)
		}
		s.out = append(s.out, src)
	}
}
