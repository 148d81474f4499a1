package profile

import (
	"go/ast"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
)

// search is one look for entries.
type search struct {
	prog    *ssa.Program
	pkgs    []*packages.Package // sorted by path
	own     map[*types.Package]bool
	decls   []declared
	entries []Entry
	notes   []Note
}

// declared is an own function or method.
type declared struct {
	obj       *types.Func
	fn        *ssa.Function
	generated bool
}

func newSearch(prog *ssa.Program, pkgs []*packages.Package) *search {
	s := &search{prog: prog, pkgs: slices.Clone(pkgs), own: map[*types.Package]bool{}}
	slices.SortFunc(s.pkgs, func(a, b *packages.Package) int { return strings.Compare(a.PkgPath, b.PkgPath) })
	for _, p := range s.pkgs {
		s.own[p.Types] = true
		for _, file := range p.Syntax {
			generated := ast.IsGenerated(file)
			for _, d := range file.Decls {
				fd, ok := d.(*ast.FuncDecl)
				if !ok {
					continue
				}
				obj, _ := p.TypesInfo.Defs[fd.Name].(*types.Func)
				if obj == nil {
					continue
				}
				if fn := prog.FuncValue(obj); fn != nil && len(fn.Blocks) > 0 {
					s.decls = append(s.decls, declared{obj, fn, generated})
				}
			}
		}
	}
	return s
}

func (s *search) add(fn *ssa.Function, method string) {
	if method == "" {
		method = fn.String()
	}
	s.entries = append(s.entries, Entry{Fn: fn, Method: method})
}

func (s *search) note(pos token.Pos, text string) { s.notes = append(s.notes, Note{pos, text}) }

// noneFound notes that there is no entry.
func (s *search) noneFound(text string) {
	if len(s.entries) == 0 {
		s.note(token.NoPos, text)
	}
}

// matching adds the own functions whose full name matches.
func (s *search) matching(re *regexp.Regexp) {
	for _, d := range s.decls {
		if re.MatchString(d.fn.String()) {
			s.add(d.fn, "")
		}
	}
	s.noneFound("no own function's full name matches -roots " + re.String())
}

// isGenerated says that the function is declared in a generated file.
func (s *search) isGenerated(f *types.Func) bool {
	return slices.ContainsFunc(s.decls, func(d declared) bool { return d.obj == f && d.generated })
}

// sites calls visit for every call in own hand-written code, function literals included.
func (s *search) sites(visit func(site ssa.CallInstruction)) {
	var walk func(fn *ssa.Function)
	walk = func(fn *ssa.Function) {
		for _, b := range fn.Blocks {
			for _, in := range b.Instrs {
				if site, ok := in.(ssa.CallInstruction); ok {
					visit(site)
				}
			}
		}
		for _, lit := range fn.AnonFuncs {
			walk(lit)
		}
	}
	for _, p := range s.pkgs {
		if sp := s.prog.Package(p.Types); sp != nil {
			walk(sp.Func("init"))
		}
	}
	for _, d := range s.decls {
		if !d.generated {
			walk(d.fn)
		}
	}
}

// namedTypes lists the named types without type parameters that own packages declare.
func (s *search) namedTypes() []*types.Named {
	var out []*types.Named
	for _, p := range s.pkgs {
		scope := p.Types.Scope()
		for _, name := range scope.Names() {
			tn, ok := scope.Lookup(name).(*types.TypeName)
			if !ok || tn.IsAlias() {
				continue
			}
			if n, ok := tn.Type().(*types.Named); ok && n.TypeParams().Len() == 0 {
				out = append(out, n)
			}
		}
	}
	return out
}

// method is the own hand-written method of t, or of *t, by which it implements m; nil if it has none, or one that is only embedded from
// another's code.
func (s *search) method(t types.Type, m *types.Func) *ssa.Function {
	sel := types.NewMethodSet(t).Lookup(m.Pkg(), m.Name())
	if sel == nil {
		return nil
	}
	f, ok := sel.Obj().(*types.Func)
	if !ok || !s.own[f.Pkg()] || s.isGenerated(f) || types.IsInterface(f.Signature().Recv().Type()) {
		return nil
	}
	return s.prog.FuncValue(f.Origin())
}

// handedOn lists the functions among a call's arguments: declared ones, literals, and methods of values.
func handedOn(c *ssa.CallCommon) []*ssa.Function {
	var out []*ssa.Function
	for _, a := range c.Args {
		for {
			if t, ok := a.(*ssa.ChangeType); ok {
				a = t.X
			} else if t, ok := a.(*ssa.MakeInterface); ok {
				a = t.X
			} else {
				break
			}
		}
		switch a := a.(type) {
		case *ssa.Function:
			out = append(out, a)
		case *ssa.MakeClosure:
			fn := a.Fn.(*ssa.Function)
			if f, ok := fn.Object().(*types.Func); ok { // a method value
				if m := fn.Prog.FuncValue(f.Origin()); m != nil {
					fn = m
				}
			}
			out = append(out, fn)
		}
	}
	return slices.DeleteFunc(out, func(fn *ssa.Function) bool { return len(fn.Blocks) == 0 })
}
