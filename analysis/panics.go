package analysis

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// checkPanics reports recovers that may catch a contaminated panic: whether it happens, and with what value, differs between replicas,
// and what the recover does then stands in no closure of the tape.
func (t *tape) checkPanics() {
	for _, fn := range t.p.funcs {
		if t.p.isOwn(fn) && t.p.reached[fn] && t.p.recovers(fn) {
			t.checkRecover(fn)
		}
	}
}

func (t *tape) checkRecover(fn *ssa.Function) {
	within := t.p.reachable(fn)
	for s, f := range t.flows {
		if !s.entry.tree[fn] {
			continue
		}
		var at ssa.Instruction
		f.each(func(in ssa.Instruction) {
			if within[in.Parent()] && !f.panics(in).empty() && (at == nil || t.p.stepPos(in) < t.p.stepPos(at)) {
				at = in
			}
		})
		if at != nil {
			t.p.hinder(t.p.stepPos(at), s.entry.method, fmt.Sprintf("whether this panics may differ between replicas, and the recover of the function at line %d catches it",
				t.p.position(fn.Pos()).Line))
		}
	}
}

// findGuarded finds what runs under a recover of own code.
func (p *program) findGuarded() {
	for _, fn := range p.funcs {
		if p.isOwn(fn) && p.reached[fn] && p.recovers(fn) {
			for f := range p.reachable(fn) {
				p.guarded[f] = true
			}
		}
	}
}

// caught is the hit of a contaminated panic under a recover: what that does with it is not followed any further.
func (t *taint) caught(in ssa.Instruction) *hit {
	if !t.p.guarded[in.Parent()] {
		return nil
	}
	if s := t.panics(in); !s.empty() {
		return &hit{in: in, what: "a panic that is recovered", unseen: "recover", how: map[way]srcs{byOccurrence: s}}
	}
	return nil
}

// panics is the contamination of whether the instruction panics, and with what.
func (t *taint) panics(in ssa.Instruction) srcs {
	switch in := in.(type) {
	case *ssa.FieldAddr: // that a pointer is nil is taken to be its own contamination, not that of the branch it is followed in
		return t.get(in.X).minus(one(remade))
	case *ssa.UnOp:
		if in.Op != token.MUL {
			return srcs{}
		}
		return t.get(in.X).minus(one(remade))
	}
	causes, ok := panicCauses(in)
	if !ok {
		return srcs{}
	}
	s := t.blockControl(in.Block())
	for _, v := range causes {
		s = s.or(t.get(v))
	}
	return s.minus(one(remade))
}

// panicCauses are the operands that decide whether the instruction panics, false if it never does.
func panicCauses(in ssa.Instruction) ([]ssa.Value, bool) {
	switch in := in.(type) {
	case *ssa.Panic:
		return []ssa.Value{in.X}, true
	case *ssa.IndexAddr:
		return []ssa.Value{in.X, in.Index}, !inRange(in.X.Type(), in.Index)
	case *ssa.Index:
		return []ssa.Value{in.X, in.Index}, !inRange(in.X.Type(), in.Index)
	case *ssa.Lookup:
		_, isMap := in.X.Type().Underlying().(*types.Map)
		return []ssa.Value{in.X, in.Index}, !isMap
	case *ssa.Slice:
		bounds := slices.DeleteFunc([]ssa.Value{in.X, in.Low, in.High, in.Max}, func(v ssa.Value) bool { return v == nil })
		return bounds, len(bounds) > 1
	case *ssa.MakeSlice:
		return []ssa.Value{in.Len, in.Cap}, !isConst(in.Len)
	case *ssa.BinOp:
		b, ok := in.Type().Underlying().(*types.Basic)
		return []ssa.Value{in.Y}, (in.Op == token.QUO || in.Op == token.REM) && ok && b.Info()&types.IsInteger != 0 && !isConst(in.Y)
	case *ssa.TypeAssert:
		return []ssa.Value{in.X}, !in.CommaOk
	}
	return nil, false
}

func isConst(v ssa.Value) bool { _, ok := v.(*ssa.Const); return ok }

// inRange: a constant index into an array, which the compiler checks, or what a range or a composite literal makes.
func inRange(t types.Type, index ssa.Value) bool {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	_, isArray := t.Underlying().(*types.Array)
	return isArray && isConst(index)
}
