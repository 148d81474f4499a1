package source

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// exact are the functions of package math that IEEE 754 determines to the last bit, or that touch no rounding. The others have
// assembly on some architectures, or sums of products that some architectures fuse.
var exact = map[string]bool{
	"Abs": true, "Ceil": true, "Copysign": true, "Dim": true, "FMA": true, "Float32bits": true, "Float32frombits": true, "Float64bits": true,
	"Float64frombits": true, "Floor": true, "Frexp": true, "Ilogb": true, "Inf": true, "IsInf": true, "IsNaN": true, "Ldexp": true,
	"Logb": true, "Max": true, "Min": true, "Mod": true, "Modf": true, "NaN": true, "Nextafter": true, "Nextafter32": true,
	"Remainder": true, "Round": true, "RoundToEven": true, "Signbit": true, "Sqrt": true, "Trunc": true,
}

// inexact adds a math function whose last bits depend on the architecture.
func (s *scope) inexact(site ssa.CallInstruction, f *types.Func) {
	if !s.f.opts.Architecture || f.Pkg() == nil || site.Value() == nil || s.f.kindOf(f) != "" {
		return
	}
	switch f.Pkg().Path() {
	case "math":
		if exact[f.Name()] {
			return
		}
	case "math/cmplx":
	default:
		return
	}
	s.addCall(Source{Kind: Architecture, Symbol: f.FullName(), Values: []ssa.Value{site.Value()}}, site)
}

// fused adds x*y + z, which may be rounded once or twice.
func (s *scope) fused(in *ssa.BinOp) {
	if !s.f.opts.Architecture || in.Op != token.ADD && in.Op != token.SUB || !floating(in.Type()) {
		return
	}
	if s.product(in.X) || s.product(in.Y) {
		s.add(Source{Kind: Architecture, Symbol: "x*y + z", Values: []ssa.Value{in}}, in, nil)
	}
}

// product: a multiplication that no explicit conversion rounds.
func (s *scope) product(v ssa.Value) bool {
	m, ok := v.(*ssa.BinOp)
	return ok && m.Op == token.MUL && !s.rounded(m)
}

// rounded says that the multiplication is the operand of a conversion, which go/ssa leaves out if the types are the same.
func (s *scope) rounded(m *ssa.BinOp) bool {
	n := s.nodes[m.Pos()]
	for n != nil {
		switch up := s.parent(n).(type) {
		case *ast.ParenExpr:
			n = up
		case *ast.CallExpr:
			return s.info.Types[up.Fun].IsType()
		default:
			return false
		}
	}
	return false
}

func floating(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&(types.IsFloat|types.IsComplex) != 0
}
