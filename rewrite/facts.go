package rewrite

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/packages"

	"github.com/midas-tiers/midas/analysis"
)

// Facts is what the rules ask about the program, by syntax node of Packages.
type Facts interface {
	// Packages are the own packages, with syntax and types.
	Packages() []*packages.Package
	// Source returns the source at n, an *ast.CallExpr, *ast.RangeStmt or *ast.SelectStmt, that has to be recorded or determinized.
	Source(n ast.Node) (analysis.Source, bool)
	// Tainted reports whether e's value may depend on a recorded source of the current sliver.
	Tainted(e ast.Expr) bool
	// Taped reports whether s must be on the tape. For an if or switch that is no Branch it speaks of the header alone.
	Taped(s ast.Stmt) bool
	// Branch reports whether the control of s (if, for, range, switch, select) is contaminated.
	Branch(s ast.Stmt) bool
	// Parks reports whether evaluating c may issue a nested request, directly or in a callee.
	Parks(c *ast.CallExpr) bool
	// Effect returns the name of the external effect that c is, "" if it is none.
	Effect(c *ast.CallExpr) string
	// Reached reports whether fn, an *ast.FuncDecl or *ast.FuncLit, is reachable from an entry.
	Reached(fn ast.Node) bool
	// Entries are the full gRPC methods whose execution may reach fn, a function declaration or nil.
	Entries(fn ast.Node) []string
	// Replayed reports whether fn's body may run inside a closure of the tape.
	Replayed(fn ast.Node) bool
	// HandlerOnly reports whether fn is reachable from entries only.
	HandlerOnly(fn ast.Node) bool
	// Mutates returns the operands of c, receiver included, whose memory a callee without own body may write.
	Mutates(c *ast.CallExpr) []ast.Expr
	// Methods are the rows of the compiled method table.
	Methods() []analysis.Method
	// Globals are the package-level variables of own code that can hold state.
	Globals() []*types.Var
	// Problems are what the analysis found that cannot be treated.
	Problems() []analysis.Finding
}
