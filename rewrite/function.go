package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
)

// function is a declaration or literal whose body is being rewritten. Literals are functions of their own.
type function struct {
	*file
	node ast.Node // *ast.FuncDecl or *ast.FuncLit; nil for package-level initialisers
	body *ast.BlockStmt
	sig  *types.Signature
	root *function

	closed  map[ast.Stmt]bool   // statements that are one closure of the tape
	results []string            // names of the results, while the tail is rewritten
	labels  map[ast.Stmt]string // of labelled statements
	tail    int                 // index in body.List from which the rest is one closure; -1 for none

	// Of the root only.
	names  names
	writes map[types.Object][]write // of local variables, outside closures of the tape
}

// write is a statement that writes a local variable, and the loops around it.
type write struct {
	pos   token.Pos
	loops []ast.Node
	lit   *ast.FuncLit // in which it stands, if any: nobody knows when that runs
}

func (w *file) function(node ast.Node, root *function) *function {
	f := &function{file: w, node: node, root: root, tail: -1, closed: map[ast.Stmt]bool{}, labels: map[ast.Stmt]string{}}
	switch n := node.(type) {
	case *ast.FuncDecl:
		f.body = n.Body
		f.sig = w.pkg.TypesInfo.Defs[n.Name].Type().(*types.Signature)
	case *ast.FuncLit:
		f.body = n.Body
		f.sig = w.pkg.TypesInfo.TypeOf(n).(*types.Signature)
	}
	if root == nil {
		f.root = f
		f.names = w.namesFor(node)
	}
	if f.body != nil {
		f.plan()
		walk(f.body, func(stack []ast.Node) { f.checkServer(stack[len(stack)-1]) })
	}
	if root == nil && f.body != nil {
		f.writes = f.looseWrites()
	}
	return f
}

// namesFor are the names that code of ours in the declaration must not take: all that occur in it or at package level.
func (w *file) namesFor(node ast.Node) names {
	taken := names{}
	if node != nil {
		taken = namesIn(node)
	}
	for _, name := range w.pkg.Types.Scope().Names() {
		taken[name] = true
	}
	for _, spec := range w.syntax.Imports {
		if spec.Name != nil {
			taken[spec.Name.Name] = true
		} else if obj, ok := w.pkg.TypesInfo.Implicits[spec].(*types.PkgName); ok {
			taken[obj.Name()] = true
		}
	}
	taken["midasrt"], taken["midastiers"] = true, true
	return taken
}

// plan finds what becomes one closure: contaminated branches; the loop or switch that a contaminated branch inside it leaves; and
// the rest of the function from the statement that holds a contaminated return.
func (f *function) plan() {
	walk(f.body, func(stack []ast.Node) {
		switch s := stack[len(stack)-1].(type) {
		case *ast.LabeledStmt:
			f.labels[s.Stmt] = s.Label.Name
		case ast.Stmt:
			if f.pkg.facts.Branch(s) || f.rangesTainted(s) && !f.parksInBody(s) {
				f.closed[s] = true
			}
		}
	})
	for before := -1; before != len(f.closed); {
		before = len(f.closed)
		walk(f.body, func(stack []ast.Node) {
			if b, ok := stack[len(stack)-1].(*ast.BranchStmt); ok {
				f.planJump(b, stack)
			}
		})
	}
	for i, top := range f.body.List {
		walk(top, func(stack []ast.Node) {
			_, ok := stack[len(stack)-1].(*ast.ReturnStmt)
			if ok && f.tail < 0 && f.outermost(stack) != nil {
				f.tail = i
			}
		})
	}
}

// tapes reports whether a statement of the body is on the tape by itself: not in a function that always runs inside a closure.
func (f *function) tapes() bool {
	return find(f.body, func(n ast.Node) bool {
		s, ok := n.(ast.Stmt)
		return ok && (f.pkg.facts.Taped(s) || f.pkg.facts.Branch(s))
	}) != nil
}

// outermost returns the first statement of the stack that is a closure.
func (f *function) outermost(stack []ast.Node) ast.Stmt {
	for _, n := range stack {
		if s, ok := n.(ast.Stmt); ok && f.closed[s] {
			return s
		}
	}
	return nil
}

// planJump closes the statement that a break or continue inside a closure goes to.
func (f *function) planJump(b *ast.BranchStmt, stack []ast.Node) {
	if b.Tok != token.BREAK && b.Tok != token.CONTINUE {
		return
	}
	for i := len(stack) - 2; i >= 0; i-- {
		if !jumpsTo(b, stack, i) {
			continue
		}
		if f.outermost(stack[i+1:]) != nil {
			f.closed[stack[i].(ast.Stmt)] = true
		}
		return
	}
}

// jumpsTo reports whether b goes to stack[i].
func jumpsTo(b *ast.BranchStmt, stack []ast.Node, i int) bool {
	switch stack[i].(type) {
	case *ast.ForStmt, *ast.RangeStmt:
	case *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
		if b.Tok == token.CONTINUE {
			return false
		}
	default:
		return false
	}
	if b.Label == nil {
		return true
	}
	label, ok := ast.Node(nil), false
	if i > 0 {
		label = stack[i-1]
	}
	l, ok := label.(*ast.LabeledStmt)
	return ok && l.Label.Name == b.Label.Name
}

// walk calls visit for n and the nodes in it, with their ancestors, but stays out of function literals.
func walk(n ast.Node, visit func(stack []ast.Node)) {
	var stack []ast.Node
	ast.Inspect(n, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		if _, ok := n.(*ast.FuncLit); ok {
			return false
		}
		stack = append(stack, n)
		visit(stack)
		return true
	})
}

// find reports whether is holds for n or a node in it, function literals left out.
func find(n ast.Node, is func(ast.Node) bool) (found ast.Node) {
	walk(n, func(stack []ast.Node) {
		if m := stack[len(stack)-1]; found == nil && is(m) {
			found = m
		}
	})
	return found
}

// inTail reports whether pos lies in the part of the body that is one closure.
func (f *function) inTail(pos token.Pos) bool {
	return f.tail >= 0 && f.body.List[f.tail].Pos() <= pos && pos < f.body.End()
}
