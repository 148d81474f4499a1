package rewrite

import (
	"go/ast"

	"github.com/midas-tiers/midas/analysis"
)

// styled answers for the styles in which code runs. What only methods run that are bound to style leader is recorded and no more: there
// is no tape to keep there, and nothing contaminated to put right.
type styled struct {
	Facts
	leaders  leaders
	recorded map[ast.Node]bool // nodes in functions that no method in style active runs
}

// leaders are the methods that run in style leader only, and why.
type leaders map[string]string

func leadersOf(f Facts) leaders {
	l := leaders{}
	for _, m := range f.Methods() {
		if m.Leader != "" {
			l[m.Name] = m.Leader
		}
	}
	return l
}

// add takes in the methods that style active cannot treat because of what was found, and returns the findings that were news. One that
// names no method speaks of all.
func (l leaders) add(found []analysis.Finding, all []analysis.Method) (news []analysis.Finding) {
	for _, f := range found {
		for _, m := range all {
			if l[m.Name] == "" && (f.Entry == "" || f.Entry == m.Name) {
				l[m.Name] = f.Line()
				f.Entry = m.Name
				news = append(news, f)
			}
		}
	}
	return news
}

func newStyled(f Facts, l leaders) *styled {
	s := &styled{f, l, map[ast.Node]bool{}}
	if len(l) == 0 {
		return s
	}
	for _, p := range f.Packages() {
		for _, file := range p.Syntax {
			s.mark(file, s.only(nil))
		}
	}
	return s
}

// mark decides for each node by the innermost function around it.
func (s *styled) mark(n ast.Node, recorded bool) {
	ast.Inspect(n, func(in ast.Node) bool {
		switch in.(type) {
		case *ast.FuncDecl, *ast.FuncLit:
			if in != n {
				s.mark(in, s.only(in))
				return false
			}
		}
		s.recorded[in] = recorded
		return true
	})
}

// only reports whether all methods that may run fn are bound to style leader. What no method is known to run may belong to any.
func (s *styled) only(fn ast.Node) bool {
	entries := s.Entries(fn)
	for _, m := range entries {
		if s.leaders[m] == "" {
			return false
		}
	}
	return len(entries) > 0 || len(s.leaders) == len(s.Methods())
}

func (s *styled) Taped(st ast.Stmt) bool    { return !s.recorded[st] && s.Facts.Taped(st) }
func (s *styled) Branch(st ast.Stmt) bool   { return !s.recorded[st] && s.Facts.Branch(st) }
func (s *styled) Tainted(e ast.Expr) bool   { return !s.recorded[e] && s.Facts.Tainted(e) }
func (s *styled) Replayed(fn ast.Node) bool { return !s.recorded[fn] && s.Facts.Replayed(fn) }
