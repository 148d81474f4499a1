package analysis

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// touch is an instruction with one cell that it reads or writes.
type touch struct {
	in ssa.Instruction
	access
}

// closeOver puts every later write to what the tape reads or writes on the tape.
func (t *tape) closeOver(s *sliver) {
	byObject := map[*points.Object][]touch{}
	var writes []touch
	for _, fn := range s.funcs {
		for in := range instructions(fn) {
			if !s.region[in] {
				continue
			}
			e := t.p.effectOf(in)
			if t.fresh(in) {
				for _, a := range append(e.reads, e.writes...) {
					byObject[a.Obj] = append(byObject[a.Obj], touch{in, a})
				}
				continue
			}
			for _, a := range e.writes {
				writes = append(writes, touch{in, a})
			}
		}
	}
	for _, w := range writes {
		for _, a := range byObject[w.Obj] {
			if a.Overlaps(w.Addr) && t.order[s].after(moment{in: a.in}, moment{in: w.in}) && !t.order[s].renewed(a.in, w.in) {
				t.tapeWrite(w.in)
				break
			}
		}
	}
}

func (t *tape) tapeWrite(in ssa.Instruction) {
	for _, st := range t.p.statements(in) {
		t.add(st)
	}
}

// closeLocals puts later assignments to locals that the tape assigns on the tape.
func (t *tape) closeLocals(s *sliver) {
	for _, fn := range s.funcs {
		if bodyOf(fn) == nil || !t.p.isOwn(fn) {
			continue
		}
		assigns := t.p.assignments(fn)
		for obj, list := range assigns {
			for _, x := range list {
				if !t.on(x.st) || !s.region[x.in] {
					continue
				}
				for _, y := range list {
					if !t.on(y.st) && s.region[y.in] && t.p.flows[fn].before(x.in, y.in) {
						t.add(y.st)
					}
				}
			}
			_ = obj
		}
	}
}

// assignment is a statement that assigns a local, with an instruction of it.
type assignment struct {
	st ast.Stmt
	in ssa.Instruction
}

func (p *program) assignments(fn *ssa.Function) map[types.Object][]assignment {
	pkg := p.packageAt(fn.Pos())
	out := map[types.Object][]assignment{}
	if pkg == nil {
		return out
	}
	seen := map[ast.Stmt]bool{}
	for in := range instructions(fn) {
		st := p.syntax.of[in]
		if st == nil || seen[st] {
			continue
		}
		seen[st] = true
		for _, id := range assignedIdents(st) {
			obj := pkg.TypesInfo.ObjectOf(id)
			if v, ok := obj.(*types.Var); ok && v.Parent() != v.Pkg().Scope() {
				out[obj] = append(out[obj], assignment{st, in})
			}
		}
	}
	return out
}

func assignedIdents(st ast.Stmt) []*ast.Ident {
	var out []*ast.Ident
	add := func(e ast.Expr) {
		if id, ok := e.(*ast.Ident); ok && id.Name != "_" {
			out = append(out, id)
		}
	}
	switch st := st.(type) {
	case *ast.AssignStmt:
		for _, l := range st.Lhs {
			add(l)
		}
	case *ast.IncDecStmt:
		add(st.X)
	case *ast.DeclStmt:
		if g, ok := st.Decl.(*ast.GenDecl); ok && g.Tok == token.VAR {
			for _, spec := range g.Specs {
				for _, id := range spec.(*ast.ValueSpec).Names {
					add(id)
				}
			}
		}
	}
	return out
}
