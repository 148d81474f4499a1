package analysis

import (
	"go/token"
	"go/types"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// step propagates through one instruction.
func (t *taint) step(in ssa.Instruction) {
	switch in := in.(type) {
	case *ssa.DebugRef, *ssa.Jump, *ssa.If, *ssa.RunDefers, *ssa.Panic:
	case *ssa.Store:
		t.store(in.Addr, "", in.Val, in, "stored")
	case *ssa.MapUpdate:
		t.store(in.Map, points.Value, in.Value, in, "stored in map")
		t.mapKey(in)
	case *ssa.Send:
		t.store(in.Chan, points.Queue, in.X, in, "sent")
	case *ssa.UnOp:
		t.unop(in)
	case *ssa.Lookup:
		t.lookup(in)
	case *ssa.Range:
		t.setValue(in, t.get(in.X), in.X, "")
	case *ssa.Next:
		t.next(in)
	case *ssa.Select:
		t.selects(in)
	case *ssa.Phi:
		t.phi(in)
	case *ssa.Extract:
		t.setValue(in, t.slots[t.part(in.Tuple, in.Index)], t.part(in.Tuple, in.Index), "")
	case *ssa.TypeAssert:
		t.typeAssert(in)
	case *ssa.Field:
		t.setValue(in, t.field(in.X, in.Field), in.X, "")
	case *ssa.MakeClosure:
		t.alloc(in)
		for i, b := range in.Bindings {
			t.setValue(in.Fn.(*ssa.Function).FreeVars[i], t.get(b), b, "captured")
		}
	case *ssa.Return:
		for i, r := range results(in) {
			k := slot{t.site, in.Parent(), i}
			t.setSlot(k, r.Type(), t.get(r), r, in.Pos(), "returned")
			t.setSlot(k, r.Type(), t.localControl(in.Block()), nil, in.Pos(), "decides which return is taken")
		}
	case ssa.CallInstruction:
		t.call(in)
	case ssa.Value:
		t.alloc(in)
		t.setValue(in, t.seed(in.(ssa.Instruction)), in, "an address")
		for _, o := range in.(ssa.Instruction).Operands(nil) {
			if *o != nil {
				t.setValue(in, t.get(*o), *o, "")
			}
		}
	}
}

// localControl leaves out what decides the whole call: that does not tell one return from another.
func (t *taint) localControl(b *ssa.BasicBlock) srcs {
	var out srcs
	for _, c := range t.p.flows[b.Parent()].deciders(b) {
		out = out.or(t.branch(c))
	}
	return out
}

// alloc marks memory that a replay allocates anew.
func (t *taint) alloc(v ssa.Value) {
	in, ok := v.(ssa.Instruction)
	if !ok || t.fresh == nil || !t.fresh(in) {
		return
	}
	switch v := v.(type) {
	case *ssa.Alloc:
		if v.Heap {
			t.setValue(v, one(remade), nil, "")
		}
	case *ssa.MakeMap, *ssa.MakeSlice, *ssa.MakeChan, *ssa.MakeClosure, *ssa.Call:
		t.setValue(v, one(remade), nil, "")
	}
}

// store writes v to the cells that addr leads to.
func (t *taint) store(addr ssa.Value, component string, v ssa.Value, in ssa.Instruction, what string) {
	value := t.get(v)
	if !points.Pointed(v.Type()) {
		value = value.minus(one(remade))
	}
	where := t.get(addr).or(t.blockControl(in.Block())).minus(one(remade))
	for _, a := range t.p.graph.Of(addr) {
		cell := a.In(component)
		if st := t.fieldsOf(v.Type()); st != nil {
			for i := range st.NumFields() {
				t.setMem(cell.In("."+strconv.Itoa(i)), t.field(v, i), v, in, what)
			}
		} else {
			t.setMem(cell, value, v, in, what)
		}
		t.setMem(cell, where, t.decider(addr, in), in, "decides where or whether it is stored")
	}
}

// decider is the address if it is contaminated, else a contaminated branch that decides whether the instruction runs.
func (t *taint) decider(addr ssa.Value, in ssa.Instruction) any {
	if !t.get(addr).empty() {
		return addr
	}
	for _, b := range t.p.flows[in.Parent()].deciders(in.Block()) {
		if c, ok := lastInstr(b).(*ssa.If); ok && !t.get(c.Cond).empty() {
			return c.Cond
		}
	}
	return control{t.site, in.Parent()}
}

func (t *taint) mapKey(in *ssa.MapUpdate) {
	where := t.get(in.Key).or(t.get(in.Map)).or(t.blockControl(in.Block()))
	for _, a := range t.p.graph.Of(in.Map) {
		t.setMem(a.In(points.Key), where.minus(one(remade)), in.Key, in, "used as map key")
		t.setMem(a.In(points.Value), where.minus(one(remade)), in.Key, in, "used as map key")
	}
}

func (t *taint) unop(in *ssa.UnOp) {
	switch in.Op {
	case token.MUL:
		if st := t.fieldsOf(in.Type()); st != nil {
			t.loadStruct(in, st)
		} else {
			s, from := t.load(t.p.graph.Of(in.X), in)
			t.setValue(in, s, from, "read")
		}
		t.setValue(in, t.get(in.X).minus(one(remade)), in.X, "")
	case token.ARROW:
		var cells []points.Addr
		for _, a := range t.p.graph.Of(in.X) {
			cells = append(cells, a.In(points.Queue))
		}
		s, from := t.load(cells, in)
		t.result(in, in.CommaOk, s.or(t.get(in.X)), from, "received")
	default:
		t.setValue(in, t.get(in.X), in.X, "")
	}
}

// result sets a value, or both components of one with ok.
func (t *taint) result(v ssa.Value, commaOk bool, s srcs, from any, what string) {
	if !commaOk {
		t.setValue(v, s, from, what)
		return
	}
	tuple := v.Type().(*types.Tuple)
	for i := range tuple.Len() {
		t.setSlot(t.part(v, i), tuple.At(i).Type(), s, from, v.Pos(), what)
	}
}

func (t *taint) lookup(in *ssa.Lookup) {
	var values, keys []points.Addr
	for _, a := range t.p.graph.Of(in.X) {
		values = append(values, a.In(points.Value))
		keys = append(keys, a.In(points.Key))
	}
	s, from := t.load(values, in)
	t.result(in, in.CommaOk, s, from, "read from map")
	if in.CommaOk {
		k, at := t.load(keys, in)
		t.setSlot(t.part(in, 1), types.Typ[types.Bool], k, at, in.Pos(), "decides whether the key is there")
	}
	t.result(in, in.CommaOk, t.get(in.X).or(t.get(in.Index)), in.Index, "used as map key")
}

// next: the order reaches key and value, but whether there is another entry depends on the map alone.
func (t *taint) next(in *ssa.Next) {
	r, ok := in.Iter.(*ssa.Range)
	tuple := in.Type().(*types.Tuple)
	set := func(i int, s srcs, from any, what string) {
		t.setSlot(t.part(in, i), tuple.At(i).Type(), s, from, in.Pos(), what)
	}
	if !ok || in.IsString {
		for i := range tuple.Len() {
			set(i, t.get(in.Iter), in.Iter, "")
		}
		return
	}
	var keys, values []points.Addr
	for _, a := range t.p.graph.Of(r.X) {
		keys = append(keys, a.In(points.Key))
		values = append(values, a.In(points.Value))
	}
	k, kFrom := t.load(keys, in)
	v, vFrom := t.load(values, in)
	order := t.seed(r)
	set(0, k.or(t.get(r.X)), kFrom, "decides how many keys there are")
	set(1, order, r, "comes in map order")
	set(2, order, r, "comes in map order")
	set(1, k.or(t.get(r.X)), kFrom, "read from map")
	set(2, v.or(k).or(t.get(r.X)), vFrom, "read from map")
}

func (t *taint) selects(in *ssa.Select) {
	tuple := in.Type().(*types.Tuple)
	for i := range tuple.Len() {
		t.setSlot(t.part(in, i), tuple.At(i).Type(), t.seed(in), in, in.Pos(), "select chooses")
	}
	received := 2
	for _, s := range in.States {
		if s.Dir == types.SendOnly {
			t.store(s.Chan, points.Queue, s.Send, in, "sent")
			continue
		}
		for _, a := range t.p.graph.Of(s.Chan) {
			got, from := t.load([]points.Addr{a.In(points.Queue)}, in)
			t.setSlot(t.part(in, received), tuple.At(received).Type(), got, from, in.Pos(), "received")
		}
		received++
	}
}

func (t *taint) phi(in *ssa.Phi) {
	for i, e := range in.Edges {
		if t.s.region[lastInstr(in.Block().Preds[i])] {
			t.setValue(in, t.get(e), e, "")
		}
	}
	t.setValue(in, t.phiControl(in), nil, "decides which value is taken")
}

func lastInstr(b *ssa.BasicBlock) ssa.Instruction { return b.Instrs[len(b.Instrs)-1] }

func (t *taint) typeAssert(in *ssa.TypeAssert) {
	if in.CommaOk {
		t.setSlot(t.part(in, 0), in.AssertedType, t.get(in.X), in.X, in.Pos(), "")
		t.setSlot(t.part(in, 1), types.Typ[types.Bool], t.get(in.X), in.X, in.Pos(), "")
		return
	}
	t.setValue(in, t.get(in.X), in.X, "")
}
