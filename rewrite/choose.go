package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"

	"github.com/midas-tiers/midas/analysis"
)

// choice is one case of a select that is recorded.
type choice struct {
	clause  *ast.CommClause
	channel string // variables that hold what the case is about, "" if there is none
	sent    string
	got     []string // the value received, and whether the channel was open
	targets []ast.Expr
	tok     token.Token
}

// choose makes a select record which case was taken. Who was given a trace waits for that case alone: what went through the channel there
// goes through it here.
func (f *function) choose(c scope, s *ast.SelectStmt, src analysis.Source) frag {
	f.edits++
	var all []*choice
	for _, clause := range s.Body.List {
		all = append(all, f.choiceOf(c, clause.(*ast.CommClause)))
	}
	live, chosen := f.root.names.fresh("live"), f.root.names.fresh("chosen")
	waits, follows := join("select {\n"), join("switch "+chosen+" {\n")
	for i, o := range all {
		n := strconv.Itoa(i)
		waits = join(waits, o.head(), "\nreturn "+n+"\n")
		if o.channel != "" {
			follows = join(follows, "case "+n+":\n"+o.comm()+"\n")
		}
	}
	c.before(
		join(live+" := false"),
		join(chosen+" := "+f.rt()+"."+f.strictness("Rec", "Try")+"(", f.pkg.site(src.ID, s.Pos()), ", func() int {\n"+live+" = true\n", waits, "}\n})"),
		join("if !"+live+" {\n", follows, "}\n}"),
	)
	out := join("switch "+chosen+" {", f.text(s.Body.Lbrace+1, s.Body.List[0].Pos()))
	for i, o := range all {
		head := "case " + strconv.Itoa(i) + ":"
		if i == len(all)-1 {
			head = "default:" // so that it ends a function where the select did
		}
		out = join(out, head, f.receive(c, o), f.stmts(c, o.clause.Body, o.clause.Colon+1, o.clause.End()))
		if i+1 < len(all) {
			out = join(out, f.text(o.clause.End(), all[i+1].clause.Pos()))
		}
	}
	return join(out, f.text(all[len(all)-1].clause.End(), s.End()))
}

// choiceOf evaluates what a case is about, as Go does on entering the select.
func (f *function) choiceOf(c scope, clause *ast.CommClause) *choice {
	o := &choice{clause: clause}
	switch comm := clause.Comm.(type) {
	case *ast.SendStmt:
		o.hold(f, c, comm.Chan)
		o.sent = f.root.names.fresh("sent")
		c.before(join(f.declare(o.sent, f.element(comm.Chan), comm.Value.Pos()), " = ", f.expr(c.inline(), comm.Value)))
	case *ast.ExprStmt:
		o.hold(f, c, ast.Unparen(comm.X).(*ast.UnaryExpr).X)
	case *ast.AssignStmt:
		ch := ast.Unparen(comm.Rhs[0]).(*ast.UnaryExpr).X
		o.hold(f, c, ch)
		if slices.ContainsFunc(comm.Lhs, func(e ast.Expr) bool { return !isBlank(e) }) {
			o.receives(f, c, comm, f.element(ch))
		}
	}
	return o
}

// receives declares what the case receives.
func (o *choice) receives(f *function, c scope, comm *ast.AssignStmt, element types.Type) {
	o.targets, o.tok = comm.Lhs, comm.Tok
	for i, t := range []types.Type{element, types.Typ[types.Bool]}[:len(comm.Lhs)] {
		o.got = append(o.got, f.root.names.fresh("got"))
		c.before(f.declare(o.got[i], t, comm.Pos()))
	}
}

func (o *choice) hold(f *function, c scope, ch ast.Expr) {
	o.channel = f.root.names.fresh("ch")
	c.before(join(o.channel+" := ", f.expr(c.inline(), ch)))
}

func (f *function) element(ch ast.Expr) types.Type {
	return f.pkg.TypesInfo.TypeOf(ch).Underlying().(*types.Chan).Elem()
}

// comm is the case's communication by the variables.
func (o *choice) comm() string {
	switch {
	case o.sent != "":
		return o.channel + " <- " + o.sent
	case len(o.got) == 0:
		return "<-" + o.channel
	case len(o.got) == 1:
		return o.got[0] + " = <-" + o.channel
	}
	return o.got[0] + ", " + o.got[1] + " = <-" + o.channel
}

func (o *choice) head() string {
	if o.channel == "" {
		return "default:"
	}
	return "case " + o.comm() + ":"
}

// receive gives what was received to the case's own variables.
func (f *function) receive(c scope, o *choice) frag {
	if len(o.targets) == 0 {
		return nil
	}
	var left, right []frag
	for i, t := range o.targets {
		left, right = append(left, f.place(c, t)), append(right, join(o.got[i]))
	}
	return join("\n", list(left...), " "+o.tok.String()+" ", list(right...), "\n")
}
