package source

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// variable adds a read of a library's variable that holds what differs, such as os.Args.
func (s *scope) variable(in *ssa.UnOp) {
	g, ok := in.X.(*ssa.Global)
	if !ok || in.Op != token.MUL {
		return
	}
	v, ok := g.Object().(*types.Var)
	if !ok || v.Pkg() == nil || s.f.pkgs[v.Pkg().Path()] != nil {
		return
	}
	known, _ := s.f.dict.LookupVar(v)
	if known.Source == "" || known.Superficial {
		return
	}
	node := readAtNode(in)
	s.add(Source{Kind: Kind(known.Source), Symbol: v.Pkg().Path() + "." + v.Name(), Values: []ssa.Value{in}}, in, node)
}
