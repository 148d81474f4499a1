package main

import (
	"golang.org/x/tools/go/ssa"
)

// builtin is a call of a function of the language. What is appended may land in the spare room of a slice, but
// that alone is not counted as writing it: who holds the slice does not see it.
func (f *function) builtin(b *ssa.Builtin, args []ssa.Value, result *ssa.Call) {
	switch b.Name() {
	case "append":
		if result == nil || len(args) == 0 {
			return
		}
		f.derive(result, args[0])
		if len(args) > 1 {
			e := f.get(args[1])
			f.write(args[0], e.deps(), e.reach())
			f.add(result, val{leads: e.reach(), d: e.deps()})
		}
	case "copy":
		src := f.get(args[1])
		f.store(args[0], src.deps(), src.reach())
		f.depends(result, args)
	case "delete", "clear", "close":
		var d deps
		for _, a := range args[1:] {
			d |= f.get(a).deps()
		}
		f.store(args[0], d, 0)
	case "Slice", "String", "SliceData", "StringData", "Add", "ssa:wrapnilchk":
		if result != nil {
			f.derive(result, args[0])
		}
	case "recover": // whatever the function was given may have gone wrong
		for i := range f.operands {
			if result != nil {
				f.add(result, val{d: operandDep(i)})
			}
		}
	case "print", "println":
	default:
		f.depends(result, args)
	}
}

func (f *function) depends(result *ssa.Call, args []ssa.Value) {
	if result == nil {
		return
	}
	for _, a := range args {
		f.add(result, val{d: f.get(a).deps()})
	}
}
