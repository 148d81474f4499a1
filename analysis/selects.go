package analysis

import (
	"strings"

	"golang.org/x/tools/go/ssa"
)

// chooses says that more than one case of the select can go on.
func (p *program) chooses(in *ssa.Select) bool {
	cases := 0
	for _, st := range in.States {
		if !p.neverDone(st.Chan) {
			cases++
		}
	}
	return cases > 1 || cases == 1 && !in.Blocking
}

// neverDone says that the channel is the Done of a handler's context. If a handler makes contexts of its own that end, it may be one of those.
func (p *program) neverDone(ch ssa.Value) bool {
	done, ok := ch.(*ssa.Call)
	if !ok || !done.Call.IsInvoke() || done.Call.Method.FullName() != "(context.Context).Done" {
		return false
	}
	for fn := range p.reached {
		for in := range instructions(fn) {
			if site, ok := in.(ssa.CallInstruction); ok && endsContext(site) {
				return false
			}
		}
	}
	return true
}

// endsContext says that the call makes a context that can end before its parent.
func endsContext(site ssa.CallInstruction) bool {
	f := calledFunc(site.Common())
	if f == nil || f.Pkg() == nil {
		return false
	}
	switch f.Pkg().Path() {
	case "context":
		return strings.HasPrefix(f.Name(), "With") && f.Name() != "WithValue" && f.Name() != "WithoutCancel"
	case "golang.org/x/sync/errgroup":
		return f.Name() == "WithContext"
	}
	return false
}
