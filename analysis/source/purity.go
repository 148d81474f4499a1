package source

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/dictionary"
)

// pure says that fn writes nothing but memory of its own, waits for nothing and acts on nothing; logging does not count.
func (w *whole) pure(fn *ssa.Function) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.isPure(fn)
}

func (w *whole) isPure(fn *ssa.Function) bool {
	if p, ok := w.pures[fn]; ok {
		return p
	}
	if len(fn.Blocks) == 0 {
		return false
	}
	w.pures[fn] = true // what calls itself is as pure as the rest of it
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			if w.acts(in) {
				w.pures[fn] = false
				return false
			}
		}
	}
	return true
}

// effect says that the instruction writes memory that its function has not made, waits, or acts on something.
func (w *whole) effect(in ssa.Instruction) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.acts(in)
}

func (w *whole) acts(in ssa.Instruction) bool {
	switch in := in.(type) {
	case *ssa.Store:
		return !made(in.Addr)
	case *ssa.MapUpdate:
		return !made(in.Map)
	case *ssa.UnOp:
		return in.Op == token.ARROW
	case *ssa.Send, *ssa.Select, *ssa.Go:
		return true
	case *ssa.Panic:
		_, constant := in.X.(*ssa.MakeInterface)
		return !constant
	case ssa.CallInstruction:
		return w.callActs(in.Common())
	}
	return false
}

func (w *whole) callActs(c *ssa.CallCommon) bool {
	if b, ok := c.Value.(*ssa.Builtin); ok {
		switch b.Name() {
		case "append", "copy", "delete", "clear":
			return !made(c.Args[0])
		case "close", "recover":
			return true
		}
		return false
	}
	f := called(c)
	if f == nil || w.f.own(f) {
		fn := c.StaticCallee()
		return fn == nil || !w.isPure(fn)
	}
	known, ok := w.f.dict.Lookup(f)
	switch {
	case locks(f) || known.Superficial:
		return false
	case !ok || known.External || len(known.Goes) > 0:
		return true
	}
	for _, i := range written(known) {
		if v := operand(c, i); v != nil && !made(v) {
			return true
		}
	}
	for _, i := range known.Calls {
		if v := operand(c, i); v != nil && !made(v) && !w.pureValue(v) {
			return true
		}
	}
	return false
}

// pureValue says that calling the function value, or a method of the value in an interface, writes nothing.
func (w *whole) pureValue(v ssa.Value) bool {
	if boxed, ok := v.(*ssa.MakeInterface); ok {
		_, basic := boxed.X.Type().Underlying().(*types.Basic)
		return basic
	}
	fns := funcsOf(v)
	for _, fn := range fns {
		if !w.isPure(fn) {
			return false
		}
	}
	return len(fns) > 0
}

// written are the operands whose memory is written.
func written(known dictionary.Func) []int {
	out := append([]int(nil), known.Mutates...)
	if known.Fill != nil {
		out = append(out, *known.Fill)
	}
	return out
}

// locks: what a function does under a lock is its own business.
func locks(f *types.Func) bool {
	switch f.FullName() {
	case "(*sync.Mutex).Lock", "(*sync.Mutex).Unlock", "(*sync.RWMutex).Lock", "(*sync.RWMutex).Unlock", "(*sync.RWMutex).RLock",
		"(*sync.RWMutex).RUnlock":
		return true
	}
	return false
}

// made says that the memory at v was made in the same function, and v is no captured variable.
func made(v ssa.Value) bool { return madeHere(v, map[ssa.Value]bool{}) }

func madeHere(v ssa.Value, seen map[ssa.Value]bool) bool {
	if seen[v] {
		return true
	}
	seen[v] = true
	switch v := v.(type) {
	case *ssa.Alloc, *ssa.MakeMap, *ssa.MakeSlice:
		return true
	case *ssa.Const:
		return true // nil
	case *ssa.FieldAddr:
		return madeHere(v.X, seen)
	case *ssa.IndexAddr:
		return madeHere(v.X, seen)
	case *ssa.Slice:
		return madeHere(v.X, seen)
	case *ssa.MakeInterface:
		return madeHere(v.X, seen)
	case *ssa.ChangeType:
		return madeHere(v.X, seen)
	case *ssa.Phi:
		for _, e := range v.Edges {
			if !madeHere(e, seen) {
				return false
			}
		}
		return true
	case *ssa.Call:
		b, ok := v.Call.Value.(*ssa.Builtin)
		return ok && b.Name() == "append" && madeHere(v.Call.Args[0], seen)
	case *ssa.UnOp:
		return v.Op == token.MUL && holdsMade(v.X, seen)
	}
	return false
}

// holdsMade says that a local variable only ever holds memory made in the same function.
func holdsMade(addr ssa.Value, seen map[ssa.Value]bool) bool {
	cell, ok := addr.(*ssa.Alloc)
	if !ok {
		return false
	}
	for _, ref := range referrers(cell) {
		switch ref := ref.(type) {
		case *ssa.Store:
			if ref.Addr != ssa.Value(cell) || !madeHere(ref.Val, seen) {
				return false
			}
		case *ssa.UnOp, *ssa.DebugRef:
		default:
			return false
		}
	}
	return true
}

// reads are the places that fn and what it calls read, as far as another function can name them.
func (w *whole) reads(fn *ssa.Function) map[place]bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := map[place]bool{}
	w.readInto(out, fn, map[*ssa.Function]bool{})
	return out
}

func (w *whole) readInto(out map[place]bool, fn *ssa.Function, seen map[*ssa.Function]bool) {
	if seen[fn] {
		return
	}
	seen[fn] = true
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			switch in := in.(type) {
			case *ssa.UnOp:
				if in.Op == token.MUL {
					out[readAt(in.X)] = true
				}
			case *ssa.Lookup:
				out[place{elems: typeText(in.X.Type())}] = true
			case *ssa.Range:
				out[place{elems: typeText(in.X.Type())}] = true
			case ssa.CallInstruction:
				if callee := in.Common().StaticCallee(); callee != nil {
					w.readInto(out, callee, seen)
				}
				for _, a := range in.Common().Args { // len, and what libraries read
					out[place{elems: typeText(a.Type())}] = true
				}
			}
		}
	}
}

// readAt is the place at an address.
func readAt(addr ssa.Value) place {
	if obj := cellOf(addr); obj != nil {
		return place{obj: obj}
	}
	if ix, ok := addr.(*ssa.IndexAddr); ok {
		t := ix.X.Type()
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		return place{elems: typeText(t)}
	}
	return place{elems: "*" + typeText(addr.Type().Underlying().(*types.Pointer).Elem())}
}
