package source

import (
	"cmp"
	"go/token"
	"slices"
	"sync"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/dictionary"
)

// Options of a Finder.
type Options struct {
	// Architecture finds floating-point results that differ between processor architectures, too.
	Architecture bool
	// Local finds reads of the process's own memory that operations change, too: for profiles in which that memory is no state.
	Local bool
	// SQL lists what differs from server to server in the text of an SQL statement. Nil: statements are not read.
	SQL func(statement string) []string
}

// Finder finds sources. It is safe for concurrent use on different functions.
type Finder struct {
	fset *token.FileSet
	pkgs map[string]*packages.Package // own packages by import path
	dict *dictionary.Dictionary
	opts Options

	once sync.Once
	all  *whole // what takes all own functions to know, made on the first Find
}

// NewFinder returns a finder over own packages, which have syntax and types.
func NewFinder(fset *token.FileSet, pkgs []*packages.Package, dict *dictionary.Dictionary, opts Options) *Finder {
	f := &Finder{fset: fset, pkgs: map[string]*packages.Package{}, dict: dict, opts: opts}
	for _, p := range pkgs {
		f.pkgs[p.PkgPath] = p
	}
	return f
}

// Find lists the sources of fn, which has a body, sorted by position. Sources of function literals inside fn are not among them. A literal
// that a library calls in an open order, such as the body of a range over maps.Keys, has a source of its own at the place of that call.
func (f *Finder) Find(fn *ssa.Function) []Source {
	f.once.Do(func() { f.all = survey(f, fn.Prog) })
	s := newScope(f, fn)
	s.given()
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			s.instruction(in)
		}
	}
	slices.SortStableFunc(s.out, func(a, b Source) int {
		return cmp.Or(cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Symbol, b.Symbol))
	})
	return s.out
}

// instruction adds what is drawn by one instruction.
func (s *scope) instruction(in ssa.Instruction) {
	switch in := in.(type) {
	case *ssa.Range:
		s.mapRange(in)
	case *ssa.Select:
		s.selects(in)
	case *ssa.Convert:
		s.uintptr(in)
	case *ssa.Go:
		s.goes(in)
	case *ssa.UnOp:
		s.receive(in)
		s.variable(in)
		s.local(in)
	case *ssa.BinOp:
		s.fused(in)
	}
	if site, ok := in.(ssa.CallInstruction); ok {
		s.call(site)
	}
}
