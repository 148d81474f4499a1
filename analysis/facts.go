package analysis

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/packages"
)

// Kind of a source.
type Kind string

// Kinds of sources.
const (
	Time           Kind = "time"
	Random         Kind = "random"
	MapOrder       Kind = "map order"
	Select         Kind = "select"
	GoroutineOrder Kind = "goroutine order"
	LockOrder      Kind = "lock order"
	ChannelOrder   Kind = "channel order"
	Environment    Kind = "environment"
	File           Kind = "file"
	Network        Kind = "network"
	Process        Kind = "process"
	Address        Kind = "address"
)

// Source is a program point where first-hand nondeterminism enters.
type Source struct {
	ID     string   // survives edits elsewhere in the file: package, function, kind, ordinal
	Kind   Kind     //
	Symbol string   // "time.Now"; "range" for a map range
	Node   ast.Node // *ast.CallExpr, *ast.RangeStmt or *ast.SelectStmt
	Pos    token.Position
	Fill   int // argument whose memory receives the value (rand.Read); -1 when the results are the value
	// Determinized says that the choice becomes a function of the operation and is not recorded.
	Determinized bool
}

// Finding is something in the analysed code that cannot be treated, or that keeps a method from style active.
type Finding struct {
	Pos    token.Position
	Entry  string // full gRPC method; "" when it concerns no entry in particular
	Reason string
}

// Method is the compiled table's row of one gRPC method.
type Method struct {
	Name    string // full gRPC method, "/shop.Orders/Place"
	Package string // import path of the implementation
	Slivers []MethodSliver
	// ReadOnly: it is proven to write no persistent state, to make no nested request, to have no effect outside, and to leave no goroutine
	// behind. It may draw values.
	ReadOnly bool
	Leader   string // why the method runs in style leader only, with its place; "" if style active is possible too
}

// MethodSliver is one sliver's footprint. A place is a field "import/path.Type.field" or package-level variable "import/path.var", or,
// as "import/path.Type.field[Path]", what is kept under one key of a map field: the key always equals the field at that Go path of the
// method's request. "*" meets every place.
type MethodSliver struct {
	From         string   // "" for the first sliver, else the full method of the call that was answered
	Reads        []string // persistent places
	Writes       []string // persistent places; "*" if what is not known may write, or a recorded value may be one that no trace can hold
	Contaminated []string // of both, what statements on the tape read or write
	Offer        bool     // the nested request that ends this sliver may be offered
}

// Facts is what the rewriter asks, by syntax node of Packages. It is immutable and safe for concurrent use.
type Facts struct {
	pkgs        []*packages.Package
	rewritten   map[string]bool
	sources     map[ast.Node]Source
	tainted     map[ast.Expr]bool
	taped       map[ast.Stmt]bool
	branch      map[ast.Stmt]bool
	parks       map[*ast.CallExpr]bool
	effects     map[*ast.CallExpr]string
	replayed    map[ast.Node]bool
	handlerOnly map[ast.Node]bool
	reached     map[ast.Node]bool
	mutates     map[*ast.CallExpr][]ast.Expr
	methods     []Method
	globals     []*types.Var
	problems    []Finding
	hindrances  []Finding
	entries     map[ast.Node][]string
}

func newFacts() *Facts {
	return &Facts{
		rewritten: map[string]bool{}, sources: map[ast.Node]Source{}, tainted: map[ast.Expr]bool{}, taped: map[ast.Stmt]bool{},
		branch: map[ast.Stmt]bool{}, parks: map[*ast.CallExpr]bool{}, effects: map[*ast.CallExpr]string{}, replayed: map[ast.Node]bool{},
		handlerOnly: map[ast.Node]bool{}, reached: map[ast.Node]bool{}, mutates: map[*ast.CallExpr][]ast.Expr{},
		entries: map[ast.Node][]string{},
	}
}

// Packages are the analysed own packages with syntax and types, sorted by path.
func (f *Facts) Packages() []*packages.Package { return f.pkgs }

// Rewritten reports whether the package imports the runtime already and is to be left alone.
func (f *Facts) Rewritten(path string) bool { return f.rewritten[path] }

// Source returns the source at n, an *ast.CallExpr, *ast.RangeStmt or *ast.SelectStmt, if it is first-hand for at least one entry.
func (f *Facts) Source(n ast.Node) (Source, bool) { s, ok := f.sources[n]; return s, ok }

// Tainted reports whether the value of e may depend on a recorded source of the current sliver.
func (f *Facts) Tainted(e ast.Expr) bool { return f.tainted[e] }

// Taped reports whether the simple statement must be on the tape.
func (f *Facts) Taped(s ast.Stmt) bool { return f.taped[s] }

// Branch reports whether the control of s (if, for, range, switch, select) is contaminated.
func (f *Facts) Branch(s ast.Stmt) bool { return f.branch[s] }

// Parks reports whether evaluating c may issue a nested request, directly or in a callee.
func (f *Facts) Parks(c *ast.CallExpr) bool { return f.parks[c] }

// Effect returns the name of the external effect that c is, "" if it is none.
func (f *Facts) Effect(c *ast.CallExpr) string { return f.effects[c] }

// Replayed reports whether the body of fn, an *ast.FuncDecl or *ast.FuncLit, may run inside a closure of the tape.
func (f *Facts) Replayed(fn ast.Node) bool { return f.replayed[fn] }

// HandlerOnly reports whether fn is reachable from entries only.
func (f *Facts) HandlerOnly(fn ast.Node) bool { return f.handlerOnly[fn] }

// Reached reports whether fn is reachable from an entry.
func (f *Facts) Reached(fn ast.Node) bool { return f.reached[fn] }

// Entries are the full gRPC methods whose execution can reach fn, an *ast.FuncDecl or *ast.FuncLit, sorted.
func (f *Facts) Entries(fn ast.Node) []string { return f.entries[fn] }

// Mutates returns the operands of c, receiver included, whose memory a callee without own body may write.
func (f *Facts) Mutates(c *ast.CallExpr) []ast.Expr { return f.mutates[c] }

// Methods are the rows of the compiled method table, sorted by name.
func (f *Facts) Methods() []Method { return f.methods }

// Globals are the package-level variables of own code that can hold state, sorted by package and name.
func (f *Facts) Globals() []*types.Var { return f.globals }

// Hindrances are what makes methods run in style leader only, sorted by position.
func (f *Facts) Hindrances() []Finding { return f.hindrances }

// Problems are what cannot be treated, sorted by position.
func (f *Facts) Problems() []Finding { return f.problems }
