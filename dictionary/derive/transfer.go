package main

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// step runs over the function's instructions once.
func (f *function) step() {
	for _, b := range f.fn.Blocks {
		for _, in := range b.Instrs {
			f.instr(in)
		}
	}
	f.finish()
}

func (f *function) instr(in ssa.Instruction) {
	switch in := in.(type) {
	case *ssa.Store:
		v := f.get(in.Val)
		f.store(in.Addr, v.deps(), v.at|v.reach())
	case *ssa.MapUpdate:
		k, v := f.get(in.Key), f.get(in.Value)
		f.store(in.Map, k.deps()|v.deps(), k.at|k.reach()|v.at|v.reach())
	case *ssa.Send:
		v := f.get(in.X)
		f.store(in.Chan, v.deps(), v.at|v.reach())
	case *ssa.If:
		f.branch(f.get(in.Cond).deps() &^ bit("map order"))
	case *ssa.Return:
		for i, v := range in.Results {
			f.returns(i, v)
		}
	case *ssa.Go:
		f.call(in, nil)
		f.branch(bit("goroutine order"))
	case *ssa.Defer:
		f.call(in, nil)
	case *ssa.Call:
		f.call(in, in)
	case ssa.Value:
		f.value(in)
	}
}

func (f *function) branch(d deps) {
	if f.control|d != f.control {
		f.control |= d
		f.changed = true
	}
}

func (f *function) value(v ssa.Value) {
	switch v := v.(type) {
	case *ssa.BinOp:
		x, y := f.compared(v.X), f.compared(v.Y)
		f.add(v, val{at: x.at | y.at, leads: x.leads | y.leads, d: x.deps() | y.deps()})
	case *ssa.UnOp:
		f.unary(v)
	case *ssa.Convert:
		f.convert(v)
	case *ssa.Phi:
		for _, e := range v.Edges {
			f.derive(v, e)
		}
	case *ssa.IndexAddr:
		f.derive(v, v.X)
		f.add(v, val{d: f.get(v.Index).deps()})
	case *ssa.Index:
		f.derive(v, v.X)
		f.add(v, val{d: f.get(v.Index).deps()})
	case *ssa.Lookup:
		f.load(v, v.X)
		f.add(v, val{d: f.get(v.Index).deps()})
	case *ssa.Slice:
		f.derive(v, v.X)
		f.add(v, val{d: f.get(v.Low).deps() | f.get(v.High).deps() | f.get(v.Max).deps()})
	case *ssa.MakeClosure:
		for _, b := range v.Bindings {
			f.derive(v, b)
			x := f.get(b)
			f.add(v, val{leads: x.at})
		}
	case *ssa.Next:
		f.load(v, v.Iter)
	case *ssa.Select:
		for _, s := range v.States {
			if s.Dir == types.SendOnly {
				x := f.get(s.Send)
				f.store(s.Chan, x.deps(), x.at|x.reach())
			} else {
				f.load(v, s.Chan)
			}
		}
	case *ssa.Extract:
		f.extract(v)
	case *ssa.Alloc, *ssa.MakeMap, *ssa.MakeChan:
	case *ssa.MakeSlice:
		f.add(v, val{d: f.get(v.Len).deps()})
	default: // field, conversion, interface, type assertion: a part of the operand, or the operand itself
		for _, op := range v.(ssa.Instruction).Operands(nil) {
			if *op != nil {
				f.derive(v, *op)
			}
		}
	}
}

// compared is an operand of a comparison: of a variable's address, not of what it holds.
func (f *function) compared(v ssa.Value) val {
	if _, ok := v.(*ssa.Global); ok {
		return val{}
	}
	return f.get(v)
}

func (f *function) unary(v *ssa.UnOp) {
	switch v.Op {
	case token.MUL:
		f.load(v, v.X)
	case token.ARROW:
		f.load(v, v.X)
		if !v.CommaOk {
			f.add(v, val{d: bit("channel order")})
		}
	default:
		f.add(v, val{d: f.get(v.X).deps()})
	}
}

// convert makes an address of a pointer. An address that becomes a pointer again is none any more.
func (f *function) convert(v *ssa.Convert) {
	from, to := basic(v.X.Type()), basic(v.Type())
	x := f.get(v.X)
	n := val{at: x.at, leads: x.reach(), d: x.deps()}
	switch {
	case from == types.UnsafePointer && to == types.Uintptr:
		n.d |= bit("address")
	case from == types.Uintptr && to == types.UnsafePointer:
		n.d &^= bit("address")
	}
	f.add(v, n)
	f.back(v, v.X)
}

func basic(t types.Type) types.BasicKind {
	if b, ok := t.Underlying().(*types.Basic); ok {
		return b.Kind()
	}
	return types.Invalid
}

func (f *function) extract(v *ssa.Extract) {
	if rs := f.tuples[v.Tuple]; v.Index < len(rs) {
		f.add(v, rs[v.Index])
		f.back(v, v.Tuple)
		return
	}
	f.derive(v, v.Tuple)
	switch t := v.Tuple.(type) {
	case *ssa.Next:
		if !t.IsString && v.Index > 0 {
			f.add(v, val{d: bit("map order")})
		}
	case *ssa.Select:
		if v.Index == 0 && (len(t.States) > 1 || !t.Blocking) {
			f.add(v, val{d: bit("select")})
		}
		if v.Index > 1 {
			f.add(v, val{d: bit("channel order")})
		}
	case *ssa.UnOp:
		if v.Index == 0 && t.Op == token.ARROW {
			f.add(v, val{d: bit("channel order")})
		}
	}
}
