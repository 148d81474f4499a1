package analysis

import (
	"go/ast"
	"go/token"

	"golang.org/x/tools/go/ast/astutil"
	"golang.org/x/tools/go/ssa"
)

// syntax leads from instructions to the syntax of own hand-written files, and from expressions to their values.
type syntax struct {
	p      *program
	files  map[string]*ast.File
	calls  map[token.Pos]*ast.CallExpr  // by left parenthesis
	ranges map[token.Pos]*ast.RangeStmt // by for
	values map[ast.Expr][]ssa.Value     // several for generic functions
	stmts  map[token.Pos]ast.Stmt
	paths  map[ast.Stmt][]ast.Node // from the statement outwards to its function's node
	of     map[ssa.Instruction]ast.Stmt
}

func newSyntax(p *program) *syntax {
	s := &syntax{
		p: p, files: map[string]*ast.File{}, calls: map[token.Pos]*ast.CallExpr{}, ranges: map[token.Pos]*ast.RangeStmt{},
		values: map[ast.Expr][]ssa.Value{}, stmts: map[token.Pos]ast.Stmt{}, paths: map[ast.Stmt][]ast.Node{},
		of: map[ssa.Instruction]ast.Stmt{},
	}
	for _, pkg := range p.pkgs {
		for _, f := range pkg.Syntax {
			if name := p.fset.Position(f.Package).Filename; !p.generated[name] {
				s.files[name] = f
				s.index(f)
			}
		}
	}
	for _, fn := range p.funcs {
		if p.isOwn(fn) {
			s.attribute(fn)
		}
	}
	return s
}

func (s *syntax) index(f *ast.File) {
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			s.calls[n.Lparen] = n
		case *ast.RangeStmt:
			s.ranges[n.For] = n
		}
		return true
	})
}

// attribute gives each instruction of fn its statement. One without a position belongs to the statement of its neighbour before it,
// or after it at a block's start.
func (s *syntax) attribute(fn *ssa.Function) {
	for _, b := range fn.Blocks {
		var last ast.Stmt
		var early []ssa.Instruction
		for _, in := range b.Instrs {
			if d, ok := in.(*ssa.DebugRef); ok {
				if !d.IsAddr {
					s.values[d.Expr] = append(s.values[d.Expr], d.X)
				}
			}
			if st := s.at(in.Pos()); st != nil {
				last = st
			}
			if last == nil {
				if !in.Pos().IsValid() { // else a parameter or result, which the function's signature declares
					early = append(early, in)
				}
				continue
			}
			s.of[in] = last
			for _, e := range early {
				s.of[e] = last
			}
			early = nil
		}
	}
}

// at is the innermost simple statement, or statement with the position in its header.
func (s *syntax) at(pos token.Pos) ast.Stmt {
	if !pos.IsValid() {
		return nil
	}
	if st, ok := s.stmts[pos]; ok {
		return st
	}
	f := s.files[s.p.fset.Position(pos).Filename]
	if f == nil {
		return nil
	}
	path, _ := astutil.PathEnclosingInterval(f, pos, pos)
	st := s.innermost(path)
	s.stmts[pos] = st
	return st
}

func (s *syntax) innermost(path []ast.Node) ast.Stmt {
	for i, n := range path {
		switch n := n.(type) {
		case *ast.BlockStmt, *ast.LabeledStmt, *ast.CaseClause, *ast.CommClause:
			continue
		case ast.Stmt:
			if s.paths[n] == nil {
				s.paths[n] = toFunction(path[i:])
			}
			return n
		case *ast.FuncLit, *ast.FuncDecl:
			return nil
		}
	}
	return nil
}

// toFunction cuts the path after the function that holds its first node.
func toFunction(path []ast.Node) []ast.Node {
	for i, n := range path {
		switch n.(type) {
		case *ast.FuncLit, *ast.FuncDecl:
			return path[:i+1]
		}
	}
	return path
}

// callAt is the call expression of a call instruction, nil if it has none in own files.
func (s *syntax) callAt(site ssa.CallInstruction) *ast.CallExpr {
	switch in := site.(type) {
	case *ssa.Go:
		if g, ok := s.at(in.Pos()).(*ast.GoStmt); ok {
			return g.Call
		}
	case *ssa.Defer:
		if d, ok := s.at(in.Pos()).(*ast.DeferStmt); ok {
			return d.Call
		}
	}
	return s.calls[site.Pos()]
}

// pathOf leads from the statement outwards to its function's node.
func (s *syntax) pathOf(st ast.Stmt) []ast.Node {
	if path := s.paths[st]; path != nil {
		return path
	}
	f := s.files[s.p.fset.Position(st.Pos()).Filename]
	path, _ := astutil.PathEnclosingInterval(f, st.Pos(), st.End())
	for i, n := range path {
		if n == ast.Node(st) {
			s.paths[st] = toFunction(path[i:])
			return s.paths[st]
		}
	}
	return []ast.Node{st}
}
