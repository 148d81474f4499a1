package source

import (
	"go/ast"
	"go/printer"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
)

// scope is one function while it is searched.
type scope struct {
	f    *Finder
	fn   *ssa.Function
	pkg  *packages.Package // nil if fn is not own code
	info *types.Info       // nil likewise
	out  []Source

	giving bool // only what a function literal is given is asked for

	nodes  map[token.Pos]ast.Node    // calls by left parenthesis, statements by keyword
	around map[ast.Node]ast.Node     // parents within the outermost function, made on demand
	vars   *variables                // made on demand
	flows  map[*ssa.Function]*flowOf // made on demand
}

func newScope(f *Finder, fn *ssa.Function) *scope {
	s := &scope{f: f, fn: fn, nodes: map[token.Pos]ast.Node{}, flows: map[*ssa.Function]*flowOf{}}
	s.pkg = f.packageOf(fn)
	if s.pkg == nil {
		return s
	}
	s.info = s.pkg.TypesInfo
	if n := fn.Syntax(); n != nil {
		s.index(n)
	} else if fn.Name() == "init" && fn.Parent() == nil {
		for _, in := range s.info.InitOrder {
			s.index(in.Rhs)
		}
	}
	return s
}

// packageOf is the own package that holds fn, nil if there is none.
func (f *Finder) packageOf(fn *ssa.Function) *packages.Package {
	fn = outermost(fn)
	if fn.Pkg == nil {
		return nil
	}
	return f.pkgs[fn.Pkg.Pkg.Path()]
}

// outermost is the declared function around fn, in its generic form.
func outermost(fn *ssa.Function) *ssa.Function {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	if o := fn.Origin(); o != nil {
		return o
	}
	return fn
}

// index notes the calls and statements under root, but not those of function literals inside it.
func (s *scope) index(root ast.Node) {
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return n == root
		case *ast.CallExpr:
			s.nodes[n.Lparen] = n
		case *ast.RangeStmt:
			s.nodes[n.For] = n
		case *ast.SelectStmt:
			s.nodes[n.Select] = n
		case *ast.GoStmt:
			s.nodes[n.Go] = n.Call
		case *ast.DeferStmt:
			s.nodes[n.Defer] = n.Call
		case *ast.BinaryExpr:
			s.nodes[n.OpPos] = n
		case *ast.UnaryExpr:
			if n.Op == token.ARROW {
				s.nodes[n.OpPos] = n
			}
		}
		return true
	})
}

// callAt is the call expression of an instruction, nil if it has none.
func (s *scope) callAt(site ssa.Instruction) *ast.CallExpr {
	c, _ := s.nodes[site.Pos()].(*ast.CallExpr)
	return c
}

// parent is the node around n.
func (s *scope) parent(n ast.Node) ast.Node {
	if s.around == nil {
		s.around = map[ast.Node]ast.Node{}
		fn := s.fn
		for fn.Parent() != nil && fn.Parent().Syntax() != nil {
			fn = fn.Parent()
		}
		if root := fn.Syntax(); root != nil {
			s.link(root)
		}
	}
	return s.around[n]
}

func (s *scope) link(root ast.Node) {
	var path []ast.Node
	ast.Inspect(root, func(n ast.Node) bool {
		if n == nil {
			path = path[:len(path)-1]
			return true
		}
		if len(path) > 0 {
			s.around[n] = path[len(path)-1]
		}
		path = append(path, n)
		return true
	})
}

// add adds a source of instruction in at the node, or where the instruction says if there is no node.
func (s *scope) add(src Source, in ssa.Instruction, node ast.Node) {
	src.Fn, src.Instr, src.Pos = s.fn, in, in.Pos()
	if node != nil {
		src.Pos = node.Pos()
	}
	if !src.Pos.IsValid() {
		src.Pos = s.fn.Pos()
	}
	s.out = append(s.out, src)
}

// own says that the function is declared in an own package.
func (f *Finder) own(fn *types.Func) bool { return fn.Pkg() != nil && f.pkgs[fn.Pkg().Path()] != nil }

// called is the function or interface method that a call names, nil for a function value.
func called(c *ssa.CallCommon) *types.Func {
	if c.IsInvoke() {
		return c.Method
	}
	if fn := c.StaticCallee(); fn != nil {
		if fn.Origin() != nil {
			fn = fn.Origin()
		}
		f, _ := fn.Object().(*types.Func)
		return f
	}
	return nil
}

// operand is the i-th operand of a call, -1 the receiver, nil if there is none.
func operand(c *ssa.CallCommon, i int) ssa.Value {
	if c.IsInvoke() {
		if i < 0 {
			return c.Value
		}
	} else if f := called(c); f != nil && f.Signature().Recv() != nil {
		i++
	}
	if i < 0 || i >= len(c.Args) {
		return nil
	}
	return c.Args[i]
}

// funcsOf are the functions that a function value is known to be.
func funcsOf(v ssa.Value) []*ssa.Function {
	switch v := v.(type) {
	case *ssa.Function:
		return []*ssa.Function{v}
	case *ssa.MakeClosure:
		return []*ssa.Function{v.Fn.(*ssa.Function)}
	case *ssa.ChangeType:
		return funcsOf(v.X)
	case *ssa.MakeInterface:
		return funcsOf(v.X)
	}
	return nil
}

// callee is the function that a call expression names, nil if it names none.
func (s *scope) callee(c *ast.CallExpr) *types.Func {
	fun := ast.Unparen(c.Fun)
	switch x := fun.(type) {
	case *ast.IndexExpr:
		fun = x.X
	case *ast.IndexListExpr:
		fun = x.X
	}
	var id *ast.Ident
	switch x := fun.(type) {
	case *ast.Ident:
		id = x
	case *ast.SelectorExpr:
		id = x.Sel
	default:
		return nil
	}
	f, _ := s.info.Uses[id].(*types.Func)
	return f
}

// printedBody is the source text of statements, which tells whether two are the same.
func (s *scope) printedBody(list []ast.Stmt) string {
	var b strings.Builder
	for _, st := range list {
		// An error would only make two bodies look alike that are both not printable; bodies that type-check are printable.
		_ = printer.Fprint(&b, s.f.fset, st)
		b.WriteByte('\n')
	}
	return b.String()
}

// conversion is the call expression that converts, nil if there is none.
func (s *scope) conversion(in ssa.Instruction) ast.Node {
	if c := s.callAt(in); c != nil {
		return c
	}
	return nil
}

// literal is the function of a literal inside fn, nil if it is not there.
func (s *scope) literal(fn *ssa.Function, lit *ast.FuncLit) *ssa.Function {
	for _, anon := range fn.AnonFuncs {
		if anon.Syntax() == ast.Node(lit) {
			return anon
		}
		if found := s.literal(anon, lit); found != nil {
			return found
		}
	}
	return nil
}

// referrers are the instructions that use v; those of globals and functions are not kept.
func referrers(v ssa.Value) []ssa.Instruction {
	if v == nil || v.Referrers() == nil {
		return nil
	}
	return *v.Referrers()
}

// typeOf is the type of an expression, the invalid type for the blank identifier.
func typeOf(info *types.Info, e ast.Expr) types.Type {
	if t := info.TypeOf(e); t != nil {
		return t
	}
	return types.Typ[types.Invalid]
}
