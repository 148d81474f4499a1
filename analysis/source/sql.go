package source

import (
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// statement adds a call that is given the text of a statement in which something differs from server to server. The call's results carry
// it; the state of the database does so too, whatever the results are used for.
func (s *scope) statement(site ssa.CallInstruction, f *types.Func) {
	known, _ := s.f.dict.Lookup(f)
	if known.Statement == nil || s.f.opts.SQL == nil {
		return
	}
	words := s.f.opts.SQL(textOf(operand(site.Common(), *known.Statement), 0))
	if len(words) == 0 {
		return
	}
	src := Source{Kind: SQL, Symbol: strings.Join(words, ", ")}
	if v := site.Value(); v != nil {
		src.Values = []ssa.Value{v}
	}
	s.addCall(src, site)
}

// deepest is how far the parts of a text are followed.
const deepest = 8

// textOf is what is known of a text that a value can be: its constant parts, in order.
func textOf(v ssa.Value, depth int) string {
	if depth > deepest {
		return ""
	}
	switch v := v.(type) {
	case *ssa.Const:
		if v.Value != nil && v.Value.Kind() == constant.String {
			return constant.StringVal(v.Value)
		}
	case *ssa.BinOp:
		if v.Op == token.ADD {
			return textOf(v.X, depth+1) + textOf(v.Y, depth+1)
		}
	case *ssa.Phi:
		var parts []string
		for _, e := range v.Edges {
			parts = append(parts, textOf(e, depth+1))
		}
		return strings.Join(parts, "\n;\n")
	case *ssa.ChangeType:
		return textOf(v.X, depth+1)
	case *ssa.Convert:
		return textOf(v.X, depth+1)
	case *ssa.Call:
		if f := called(&v.Call); f != nil && f.FullName() == "fmt.Sprintf" {
			return textOf(v.Call.Args[0], depth+1)
		}
	case *ssa.UnOp:
		addr := v.X
		if free, ok := addr.(*ssa.FreeVar); ok {
			addr = bindingOf(free)
		}
		if cell, ok := addr.(*ssa.Alloc); ok {
			return textIn(cell, depth+1)
		}
	}
	return ""
}

// textIn is what is known of the texts that a variable is assigned.
func textIn(cell *ssa.Alloc, depth int) string {
	var parts []string
	for _, ref := range referrers(cell) {
		if st, ok := ref.(*ssa.Store); ok && st.Addr == ssa.Value(cell) {
			parts = append(parts, textOf(st.Val, depth))
		}
	}
	return strings.Join(parts, "\n;\n")
}
