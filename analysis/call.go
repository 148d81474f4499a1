package analysis

import (
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
	"github.com/midas-tiers/midas/dictionary"
)

// call is what one call instruction may do.
type call struct {
	site    ssa.CallInstruction
	nested  string          // full gRPC method if the call is a nested request; the name of an external effect
	effect  bool            // it is an external effect: the host of the leader performs what the others take from the log
	bodies  []*ssa.Function // targets whose body is analysed
	async   []*ssa.Function // functions that a library runs on another goroutine
	inline  []*ssa.Function // functions that a library calls before it returns
	externs []extern        // targets without a body
}

// extern is a target without a body.
type extern struct {
	symbol string
	pkg    string
	known  bool
	dictionary.Func
	method bool // operand 0 is the receiver
}

// runs are all functions whose body the call may start.
func (c *call) runs() []*ssa.Function { return slices.Concat(c.bodies, c.inline, c.async) }

// mutates lists the operands whose memory a target without a body may write.
func (c *call) mutates() []int {
	var out []int
	for _, e := range c.externs {
		if !e.known {
			for i := range points.Operands(c.site.Common()) {
				out = append(out, i)
			}
		}
		for _, i := range e.Mutates {
			out = append(out, e.operand(i))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// operand turns an argument's number in the dictionary into an index into points.Operands.
func (e extern) operand(i int) int {
	if e.method {
		return i + 1
	}
	return max(i, 0)
}

// bytes says that the call's targets write text and bytes only, so that the memory they write refers to nothing else.
func (c *call) bytes() bool {
	return !slices.ContainsFunc(c.externs, func(e extern) bool { return !e.Bytes })
}

func (c *call) superficial() bool {
	return len(c.externs) > 0 && !slices.ContainsFunc(c.externs, func(e extern) bool { return !e.Superficial })
}

// resolve classifies a call whose targets the call graph found.
func (p *program) resolve(site ssa.CallInstruction, targets []*ssa.Function) *call {
	c := &call{site: site}
	common := site.Common()
	if _, ok := common.Value.(*ssa.Builtin); ok {
		return c
	}
	if c.nested = p.nestedMethod(common, targets); c.nested != "" {
		return c
	}
	if f := common.StaticCallee(); f != nil {
		targets = []*ssa.Function{f}
	}
	for _, t := range targets {
		if t.Blocks != nil {
			c.bodies = append(c.bodies, t)
		} else {
			c.externs = append(c.externs, p.extern(t.Object(), t.String()))
		}
	}
	slices.SortFunc(c.bodies, func(a, b *ssa.Function) int { return strings.Compare(a.String(), b.String()) })
	slices.SortFunc(c.externs, func(a, b extern) int { return strings.Compare(a.symbol, b.symbol) })
	if len(targets) == 0 {
		p.resolveUnseen(c, common)
	}
	p.resolveCallbacks(c)
	return c
}

// resolveUnseen is for calls for which the call graph has no target: of an interface or function that comes from outside.
func (p *program) resolveUnseen(c *call, common *ssa.CallCommon) {
	if common.IsInvoke() {
		e := p.extern(common.Method, common.Method.FullName())
		e.method = true
		c.externs = []extern{e}
		return
	}
	if p.dict.Opaque(common.Value.Type()) { // context.CancelFunc
		c.externs = []extern{{symbol: types.TypeString(common.Value.Type(), nil), known: true, Func: dictionary.Func{Superficial: true}}}
		return
	}
	if iterator(common.Value.Type()) {
		c.externs = []extern{{symbol: "iterator", known: true, Func: dictionary.Func{Calls: []int{0}}}}
		return
	}
	c.externs = []extern{{symbol: "call of a function value of type " + types.TypeString(common.Value.Type(), nil)}}
}

// iterator recognises functions that a range statement can call, which come from a library here.
func iterator(t types.Type) bool {
	sig, ok := t.Underlying().(*types.Signature)
	if !ok || sig.Params().Len() != 1 || sig.Results().Len() != 0 {
		return false
	}
	yield, ok := sig.Params().At(0).Type().Underlying().(*types.Signature)
	return ok && yield.Results().Len() == 1 && types.Identical(yield.Results().At(0).Type(), types.Typ[types.Bool])
}

func (p *program) extern(obj types.Object, symbol string) extern {
	e := extern{symbol: symbol}
	f, ok := obj.(*types.Func)
	if !ok {
		return e
	}
	e.symbol = f.Origin().FullName()
	e.method = f.Signature().Recv() != nil
	if f.Pkg() != nil {
		e.pkg = f.Pkg().Path()
	}
	if e.Func, e.known = p.dict.Lookup(f); !e.known && generatedFunc(f) {
		e.Func, e.known = dictionary.Func{Pure: true}, true
	}
	return e
}

// generatedFunc recognises the accessors of protobuf messages and the constructors beside gRPC services in packages that are not own.
func generatedFunc(f *types.Func) bool {
	sig := f.Signature()
	if recv := sig.Recv(); recv != nil {
		m, _, _ := types.LookupFieldOrMethod(recv.Type(), true, f.Pkg(), "ProtoReflect")
		return m != nil
	}
	service, isRegister := strings.CutPrefix(f.Name(), "Register")
	return isRegister && strings.HasSuffix(service, "Server") && sig.Params().Len() == 2 ||
		sig.Results().Len() == 1 && stub(sig.Results().At(0).Type())
}

// resolveCallbacks finds the functions that a library is given to call. What is not known may call any of them.
func (p *program) resolveCallbacks(c *call) {
	ops := points.Operands(c.site.Common())
	bodies := func(i int) []*ssa.Function {
		if i >= len(ops) {
			return nil
		}
		return p.callbacks(ops[i], operandType(c.site.Common(), i))
	}
	for _, e := range c.externs {
		if !e.known {
			for i := range ops {
				c.inline = append(c.inline, bodies(i)...)
			}
		}
		for _, i := range e.Calls {
			c.inline = append(c.inline, bodies(e.operand(i))...)
		}
		for _, i := range e.Goes {
			c.async = append(c.async, bodies(e.operand(i))...)
		}
	}
}

// operandType is the type that the callee gives operand i.
func operandType(c *ssa.CallCommon, i int) types.Type {
	sig := c.Signature()
	if sig.Recv() != nil || c.IsInvoke() {
		if i == 0 {
			return points.Operands(c)[0].Type()
		}
		i--
	}
	if i < sig.Params().Len() {
		return sig.Params().At(i).Type()
	}
	return types.Typ[types.Invalid]
}

// nestedMethod is the full gRPC method if the call is one of a generated client stub or of ClientConn.Invoke.
func (p *program) nestedMethod(c *ssa.CallCommon, targets []*ssa.Function) string {
	f := calledFunc(c)
	if f == nil || !takesCallOptions(f.Signature()) {
		return ""
	}
	if f.Name() == "Invoke" && f.Signature().Params().Len() == 5 {
		return invokedMethod(c)
	}
	recv := f.Signature().Recv()
	if recv == nil {
		return ""
	}
	if m := fullMethod(recv.Type(), "Client", f.Name()); m != "" {
		return m
	}
	for _, t := range targets {
		if r := t.Signature.Recv(); r != nil {
			if m := fullMethod(r.Type(), "Client", f.Name()); m != "" {
				return m
			}
		}
	}
	if n := namedType(recv.Type()); n != nil && stub(n) { // written by a generator without the constants
		return "/" + n.Obj().Pkg().Name() + "." + strings.TrimSuffix(n.Obj().Name(), "Client") + "/" + f.Name()
	}
	return ""
}

func calledFunc(c *ssa.CallCommon) *types.Func {
	if c.IsInvoke() {
		return c.Method
	}
	if s := c.StaticCallee(); s != nil {
		f, _ := s.Object().(*types.Func)
		return f
	}
	return nil
}

func takesCallOptions(sig *types.Signature) bool {
	if !sig.Variadic() {
		return false
	}
	last := sig.Params().At(sig.Params().Len() - 1).Type()
	return types.TypeString(last.(*types.Slice).Elem(), nil) == "google.golang.org/grpc.CallOption"
}

func invokedMethod(c *ssa.CallCommon) string {
	for _, a := range c.Args {
		if k, ok := a.(*ssa.Const); ok && k.Value != nil && k.Value.Kind() == constant.String {
			return constant.StringVal(k.Value)
		}
	}
	return "/?/Invoke"
}

// fullMethod finds the constant X_M_FullMethodName that protoc-gen-go-grpc writes beside type XClient or XServer.
func fullMethod(t types.Type, suffix, method string) string {
	n := namedType(t)
	if n == nil || n.Obj().Pkg() == nil {
		return ""
	}
	service, ok := strings.CutSuffix(n.Obj().Name(), suffix)
	if !ok {
		return ""
	}
	scope := n.Obj().Pkg().Scope()
	for _, name := range []string{service, strings.ToUpper(service[:min(1, len(service))]) + service[min(1, len(service)):]} {
		if k, ok := scope.Lookup(name + "_" + method + "_FullMethodName").(*types.Const); ok {
			return constant.StringVal(k.Val())
		}
	}
	return ""
}

func namedType(t types.Type) *types.Named {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	n, _ := t.(*types.Named)
	return n
}

// stub reports whether t is a generated client.
func stub(t types.Type) bool {
	n := namedType(t)
	if n == nil {
		return false
	}
	i, ok := n.Underlying().(*types.Interface)
	if !ok {
		st, ok := n.Underlying().(*types.Struct)
		return ok && strings.HasSuffix(n.Obj().Name(), "Client") && st.NumFields() == 1 && st.Field(0).Name() == "cc"
	}
	for m := range i.Methods() {
		if takesCallOptions(m.Signature()) {
			return true
		}
	}
	return false
}
