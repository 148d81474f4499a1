package analysis

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/report"
	sourcing "github.com/midas-tiers/midas/analysis/source"
)

// source is a Source with what the engine needs.
type source struct {
	Source
	index     int // in srcs; 0 is taken by remade
	fn        string
	at        []ssa.Instruction          // that draw it, one for each instance and copy of its function
	class     map[string]report.Class    // by entry
	paths     map[string][]report.Step   // by entry
	goals     map[string]map[string]bool // by entry: what it reaches, as reports name it
	persists  map[string]bool            // by entry: one of goals does
	must      map[string]bool            // by entry: whenever it is drawn
	harmless  string                     // why its order or value can never matter; "" if it can
	untreated string                     // why it can be neither recorded nor determinized; "" if it can
	firstHand bool
}

// findSources lists the sources of own code that an entry or the construction can reach.
func (p *program) findSources() {
	byNode := map[ast.Node]*source{}
	for _, fn := range p.funcs {
		if !p.isOwn(fn) {
			continue
		}
		for in := range instructions(fn) {
			src, ok := p.sourceOf(in)
			if !ok {
				continue
			}
			s := byNode[src.Node]
			if s == nil {
				s = newSource(src, functionName(fn))
				s.harmless = p.orderHarmless(s)
				byNode[src.Node] = s
				p.sources = append(p.sources, s)
			}
			s.at = append(s.at, in)
			p.sourceAt[in] = s
		}
	}
	slices.SortFunc(p.sources, func(a, b *source) int { return int(a.Node.Pos() - b.Node.Pos()) })
	ordinal := map[string]int{}
	for i, s := range p.sources {
		s.index = i + 1
		base := fmt.Sprintf("%s %s", s.fn, s.Kind)
		ordinal[base]++
		s.ID = fmt.Sprintf("%s %d", base, ordinal[base])
	}
}

func newSource(src Source, fn string) *source {
	return &source{
		Source: src, fn: fn, class: map[string]report.Class{}, paths: map[string][]report.Step{}, goals: map[string]map[string]bool{},
		persists: map[string]bool{}, must: map[string]bool{},
	}
}

// functionName is "import/path.(*Type).Method"; a function literal has the name of the function around it.
func functionName(fn *ssa.Function) string {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	if fn.Origin() != nil {
		fn = fn.Origin()
	}
	return fn.RelString(nil)
}

func (p *program) sourceOf(in ssa.Instruction) (Source, bool) {
	switch in := in.(type) {
	case *ssa.Range:
		m, ok := in.X.Type().Underlying().(*types.Map)
		node := p.syntax.ranges[in.Pos()]
		if !ok || node == nil || node.Key == nil {
			return Source{}, false
		}
		return Source{Kind: MapOrder, Symbol: "range", Node: node, Pos: p.fset.Position(node.For), Fill: -1, Determinized: canonical(m.Key())}, true
	case *ssa.Select:
		if !p.chooses(in) {
			return Source{}, false
		}
		if node := p.selectAt(in); node != nil {
			return Source{Kind: Select, Symbol: "select", Node: node, Pos: p.fset.Position(node.Select), Fill: -1}, true
		}
	case *ssa.Convert:
		if b, ok := in.X.Type().Underlying().(*types.Basic); ok && b.Kind() == types.UnsafePointer {
			if call := p.conversionAt(in); call != nil {
				return Source{Kind: Address, Symbol: "uintptr", Node: call, Pos: p.fset.Position(call.Pos()), Fill: -1}, true
			}
		}
	case ssa.CallInstruction:
		return p.sourceCall(in)
	}
	return Source{}, false
}

func (p *program) sourceCall(site ssa.CallInstruction) (Source, bool) {
	node := p.syntax.callAt(site)
	if node == nil {
		return Source{}, false
	}
	src := Source{Node: node, Pos: p.fset.Position(node.Pos()), Fill: -1}
	if symbol := sourcing.PrintsAddress(site.Common()); symbol != "" {
		src.Kind, src.Symbol = Address, symbol
		return src, true
	}
	for _, e := range p.calls[site].externs {
		if e.Source == "" {
			continue
		}
		src.Kind, src.Symbol = Kind(e.Source), e.symbol
		if e.Fill != nil {
			src.Fill = *e.Fill
		}
		src.Determinized = src.Kind == MapOrder && len(node.Args) > 0 && strings.HasPrefix(e.symbol, "maps.") ||
			e.symbol == "(*golang.org/x/sync/singleflight.Group).Do"
		return src, true
	}
	return Source{}, false
}

// canonical reports whether keys of type t have an order that all replicas agree on.
func canonical(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() != types.UnsafePointer
	case *types.Array:
		return canonical(u.Elem())
	case *types.Struct:
		for f := range u.Fields() {
			if !canonical(f.Type()) {
				return false
			}
		}
		return true
	}
	return false
}

func (p *program) selectAt(in *ssa.Select) *ast.SelectStmt {
	st, _ := p.syntax.of[in].(*ast.SelectStmt)
	if st == nil {
		st, _ = p.syntax.at(in.Pos()).(*ast.SelectStmt)
	}
	return st
}

func (p *program) conversionAt(in *ssa.Convert) *ast.CallExpr {
	if c := p.syntax.calls[in.Pos()]; c != nil {
		return c
	}
	for pos := in.Pos(); pos.IsValid(); pos = token.NoPos {
		if st := p.syntax.at(pos); st != nil {
			return callWithin(st, pos)
		}
	}
	return nil
}

func callWithin(st ast.Stmt, pos token.Pos) (found *ast.CallExpr) {
	ast.Inspect(st, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok && c.Pos() <= pos && pos < c.End() {
			found = c
		}
		return true
	})
	return found
}
