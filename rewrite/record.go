package rewrite

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/midas-tiers/midas/analysis"
)

// record makes a source record its value, or take the recorded one.
func (f *function) record(c scope, call *ast.CallExpr, src analysis.Source) frag {
	if src.Determinized {
		return f.determinizeCall(c, call, src)
	}
	if locks[src.Symbol] != "" {
		return f.recordLock(c, call, src)
	}
	f.edits++
	sig, ok := f.pkg.TypesInfo.TypeOf(call.Fun).Underlying().(*types.Signature)
	switch {
	case !ok:
		f.pkg.problem(call.Pos(), "source %s is no function", src.Symbol)
		return f.copy(call)
	case src.Fill >= 0:
		return f.fill(c, call, src, sig)
	case sig.Results().Len() == 0:
		return f.recordCallback(c, call, src, sig)
	case sig.Results().Len() > 3:
		f.pkg.problem(call.Pos(), "source %s has more than three results", src.Symbol)
		return f.copy(call)
	}
	suffix := []string{"", "2", "3"}[sig.Results().Len()-1]
	name := f.rt() + "." + f.strictness("Rec", "Try") + suffix
	site := f.pkg.site(src.ID, call.Pos())
	if f.plainFunction(call) {
		return join(name+"(", site, ", ", f.expr(c, call.Fun), ")")
	}
	results, ok := f.resultTypes(sig, call)
	if !ok {
		return f.copy(call)
	}
	body, wrap := f.argsOutside(c, call, results)
	return wrap(join(name+"(", site, ", func() "+results+" { return ", body, " })"))
}

// strictness chooses between the variant that insists on an op and the one that need not be in a handler.
func (f *function) strictness(strict, lenient string) string {
	if f.pkg.facts.HandlerOnly(f.node) {
		return strict
	}
	return lenient
}

// plainFunction reports whether the callee can be passed as it is.
func (f *function) plainFunction(call *ast.CallExpr) bool {
	fn := f.callee(call)
	return fn != nil && fn.Signature().Params().Len() == 0 && fn.Signature().Recv() == nil && fn.Signature().TypeParams().Len() == 0
}

func (f *function) resultTypes(sig *types.Signature, call *ast.CallExpr) (string, bool) {
	var all []string
	for v := range sig.Results().Variables() {
		name, ok := f.typeName(v.Type(), call.Pos())
		if !ok {
			f.pkg.problem(call.Pos(), "type %s cannot be named here", v.Type())
			return "", false
		}
		all = append(all, name)
	}
	if len(all) == 1 {
		return all[0], true
	}
	return "(" + strings.Join(all, ", ") + ")", true
}

// argsOutside returns the call to put into the recorded function. Arguments that do more than compute must run at replay too, so they
// become parameters of a function around.
func (f *function) argsOutside(c scope, call *ast.CallExpr, results string) (frag, func(frag) frag) {
	same := func(x frag) frag { return x }
	outside := false
	for _, a := range call.Args {
		outside = outside || f.effects(a) || f.holdsSource(a)
	}
	if f.effects(call.Fun) {
		f.pkg.problem(call.Pos(), "the receiver of a source has side effects")
	}
	if !outside {
		return f.generic(c.inline(), call), same
	}
	var params, names []frag
	for _, a := range call.Args {
		t, ok := f.typeName(types.Default(f.pkg.TypesInfo.TypeOf(a)), call.Pos())
		if !ok {
			f.pkg.problem(a.Pos(), "type %s cannot be named here", f.pkg.TypesInfo.TypeOf(a))
		}
		name := f.root.names.fresh("arg")
		params = append(params, join(name+" "+t))
		names = append(names, join(name))
	}
	args := f.args(c.inline(), call)
	if last := len(args) - 1; call.Ellipsis.IsValid() {
		args[last], names[last] = args[last][:len(args[last])-1], join(names[last], "...") // args ends in the dots
	}
	body := join(f.expr(c, call.Fun), "(", list(names...), ")")
	return body, func(x frag) frag {
		return join("func(", list(params...), ") "+results+" { return ", x, " }(", list(args...), ")")
	}
}

// fill records what a function wrote into the buffer that it was given.
func (f *function) fill(c scope, call *ast.CallExpr, src analysis.Source, sig *types.Signature) frag {
	res := sig.Results()
	buf, ok := f.pkg.TypesInfo.TypeOf(call.Args[src.Fill]).Underlying().(*types.Slice)
	if !ok || !types.Identical(buf.Elem(), types.Typ[types.Byte]) || res.Len() != 2 ||
		!types.Identical(res.At(0).Type(), types.Typ[types.Int]) {
		f.pkg.problem(call.Pos(), "source %s fills something else than a []byte", src.Symbol)
		return f.copy(call)
	}
	f.deepBefore(c, call)
	name := f.rt() + "." + f.strictness("Fill", "TryFill")
	site := f.pkg.site(src.ID, call.Pos())
	buffer := f.expr(c, call.Args[src.Fill])
	if fn := f.callee(call); fn != nil && len(call.Args) == 1 && fn.Signature().Recv() == nil {
		return join(name+"(", site, ", ", buffer, ", ", f.expr(c, call.Fun), ")")
	}
	p := f.root.names.fresh("p")
	args := f.args(c.inline(), call)
	args[src.Fill] = join(p)
	return join(name+"(", site, ", ", buffer, ", func("+p+" []byte) (int, error) { return ", f.expr(c.inline(), call.Fun), "(", f.spread(call, args), ") })")
}

// recordCallback records with which pairs of numbers a function called back (rand.Shuffle), and calls back with these.
func (f *function) recordCallback(c scope, call *ast.CallExpr, src analysis.Source, sig *types.Signature) frag {
	last := len(call.Args) - 1
	var back *types.Signature
	if last >= 0 {
		back, _ = f.pkg.TypesInfo.TypeOf(call.Args[last]).Underlying().(*types.Signature)
	}
	if back == nil || back.Params().Len() != 2 || back.Results().Len() != 0 ||
		!types.Identical(back.Params().At(0).Type(), types.Typ[types.Int]) || !types.Identical(back.Params().At(1).Type(), types.Typ[types.Int]) {
		f.pkg.problem(call.Pos(), "source %s has no result to record", src.Symbol)
		return f.copy(call)
	}
	site := f.pkg.site(src.ID, call.Pos())
	swaps, swap, i, j := f.root.names.fresh("swaps"), f.root.names.fresh("swap"), f.root.names.fresh("i"), f.root.names.fresh("j")
	args := f.args(c.inline(), call)
	do := args[last]
	args[last] = join("func(" + i + ", " + j + " int) { " + swaps + " = append(" + swaps + ", [2]int{" + i + ", " + j + "}) }")
	return join("for _, "+swap+" := range "+f.rt()+"."+f.strictness("Rec", "Try")+"(", site, ", func() ("+swaps+" [][2]int) {\n",
		f.expr(c.inline(), call.Fun), "(", f.spread(call, args), ")\nreturn "+swaps+"\n}) {\n", do, "("+swap+"[0], "+swap+"[1])\n}")
}
