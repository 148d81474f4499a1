package analysis

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

func (t *taint) call(site ssa.CallInstruction) {
	common := site.Common()
	if b, ok := common.Value.(*ssa.Builtin); ok {
		t.builtin(site, b.Name())
		return
	}
	c := t.p.calls[site]
	if c.nested != "" {
		return // the order gives every replica the same reply
	}
	ops := points.Operands(common)
	if v, ok := site.(*ssa.Call); ok {
		t.alloc(v)
	}
	for _, fn := range c.bodies {
		t.enter(site, fn, ops)
	}
	if len(c.externs) > 0 {
		t.extern(site, c, ops)
	}
}

// enter binds arguments and results of a callee with a body.
func (t *taint) enter(site ssa.CallInstruction, fn *ssa.Function, ops []ssa.Value) {
	for i, param := range fn.Params {
		if i < len(ops) {
			t.copyStruct(place{site, param}, ops[i], "passed to "+fn.Name())
		}
	}
	t.setControl(site, fn, t.blockControl(site.Block()), t.decider(site.Common().Value, site))
	if !site.Common().IsInvoke() && site.Common().StaticCallee() == nil {
		t.setControl(site, fn, t.get(site.Common().Value), site.Common().Value)
	}
	for i := range fn.Signature.Results().Len() {
		k := slot{site, fn, i}
		t.callResult(site, i, t.slots[k], k, "returned by "+fn.Name())
	}
}

// callResult sets result i of the call.
func (t *taint) callResult(site ssa.CallInstruction, i int, s srcs, from any, what string) {
	v, ok := site.(*ssa.Call)
	if !ok {
		return
	}
	if tuple, ok := v.Type().(*types.Tuple); ok {
		if i < tuple.Len() {
			t.setSlot(t.part(v, i), tuple.At(i).Type(), s, from, site.Pos(), what)
		}
		return
	}
	t.setValue(v, s, from, what)
}

// extern handles targets without a body: all arguments flow to all results and into all memory that the call writes.
func (t *taint) extern(site ssa.CallInstruction, c *call, ops []ssa.Value) {
	drawn := t.seed(site)
	in, from := t.operands(ops, site)
	if f := site.Common().Value; !site.Common().IsInvoke() && !t.get(f).empty() {
		in, from = in.or(t.get(f)), f
	}
	if slices.ContainsFunc(c.externs, func(e extern) bool { return e.Orders }) {
		in = in.minus(t.orders)
	}
	fills := t.p.fills(site)
	for i := range site.Common().Signature().Results().Len() {
		if !c.superficial() {
			t.callResult(site, i, in, from, "passed through "+c.externs[0].symbol)
		}
		if fills < 0 {
			t.callResult(site, i, drawn, site, c.externs[0].symbol)
		}
	}
	written := in.or(t.answers(site, c)).or(t.blockControl(site.Block()))
	for _, m := range c.mutates() {
		if m >= len(ops) {
			continue
		}
		for _, a := range t.p.mutated(c, ops[m]) {
			t.setMem(a, written.or(t.get(ops[m])).minus(one(remade)), from, site, "written by "+c.externs[0].symbol)
			if m == fills || fills < 0 && len(c.externs[0].Mutates) > 0 {
				t.setMem(a, drawn, site, site, c.externs[0].symbol)
			}
		}
	}
	for _, fn := range slices.Concat(c.inline, c.async) {
		t.callback(site, fn, in.or(drawn), from)
	}
}

// answers is the contamination of what the callbacks that the call makes return: a comparison decides how its operand is sorted.
func (t *taint) answers(site ssa.CallInstruction, c *call) srcs {
	var out srcs
	for _, fn := range c.inline {
		for i := range fn.Signature.Results().Len() {
			out = out.or(t.slots[slot{site, fn, i}])
		}
	}
	return out
}

// fills is the operand whose memory receives the source's value, -1 if its results do.
func (p *program) fills(site ssa.CallInstruction) int {
	for _, e := range p.calls[site].externs {
		if e.Fill != nil {
			return e.operand(*e.Fill)
		}
	}
	return -1
}

func (t *taint) operands(ops []ssa.Value, at ssa.Instruction) (srcs, any) {
	var out srcs
	var from any
	for _, o := range ops {
		if s := t.deep(o, at); !s.empty() {
			out = out.or(s)
			if from == nil {
				from = o
			}
		}
	}
	return out, from
}

func (t *taint) callback(site ssa.CallInstruction, fn *ssa.Function, in srcs, from any) {
	for _, param := range fn.Params {
		t.setPlace(place{site, param}, in, from, "passed to a callback")
	}
	t.setControl(site, fn, t.blockControl(site.Block()), t.decider(site.Common().Value, site))
	for i := range fn.Signature.Results().Len() {
		for j := range site.Common().Signature().Results().Len() {
			k := slot{site, fn, i}
			t.callResult(site, j, t.slots[k], k, "returned by a callback")
		}
	}
}

func (t *taint) builtin(site ssa.CallInstruction, name string) {
	args := site.Common().Args
	v, _ := site.(*ssa.Call)
	switch name {
	case "append":
		if v == nil {
			return
		}
		t.alloc(v)
		for _, a := range args {
			t.setValue(v, t.get(a), a, "appended")
			s, from := t.load(elements(t.p.graph.Of(a)), site)
			t.setElements(site, v, s, from)
		}
	case "copy":
		s, from := t.load(elements(t.p.graph.Of(args[1])), site)
		t.setElements(site, args[0], s.or(t.get(args[1])).or(t.get(args[0])), from)
		if v != nil {
			t.setValue(v, t.get(args[0]).or(t.get(args[1])), args[1], "")
		}
	case "delete":
		for _, a := range t.p.graph.Of(args[0]) {
			t.setMem(a, t.get(args[0]).or(t.get(args[1])).or(t.blockControl(site.Block())).minus(one(remade)), args[1], site, "decides what is deleted")
		}
	case "clear":
		t.setElements(site, args[0], t.get(args[0]), args[0])
	case "len", "cap":
		if v != nil {
			t.setValue(v, t.get(args[0]), args[0], "")
			t.mapLen(v, args[0])
		}
	default:
		for _, a := range args {
			if v != nil {
				t.setValue(v, t.get(a), a, "")
			}
		}
	}
}

// mapLen: a map's length depends on its keys.
func (t *taint) mapLen(v *ssa.Call, m ssa.Value) {
	if _, ok := m.Type().Underlying().(*types.Map); !ok {
		return
	}
	var keys []points.Addr
	for _, a := range t.p.graph.Of(m) {
		keys = append(keys, a.In(points.Key))
	}
	s, from := t.load(keys, v)
	t.setValue(v, s, from, "decides how many keys there are")
}

func (t *taint) setElements(site ssa.CallInstruction, v ssa.Value, s srcs, from any) {
	ctl := t.blockControl(site.Block()).minus(one(remade))
	for _, a := range elements(t.p.graph.Of(v)) {
		t.setMem(a, s, from, site, "stored")
		t.setMem(a, ctl, t.decider(v, site), site, "decides whether it is stored")
	}
}

func elements(addrs []points.Addr) []points.Addr {
	out := make([]points.Addr, len(addrs))
	for i, a := range addrs {
		out[i] = a.In(points.Elem)
	}
	return out
}
