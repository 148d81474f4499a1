package source

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/dictionary"
)

// call adds what a call of a library draws.
func (s *scope) call(site ssa.CallInstruction) {
	c := site.Common()
	if b, ok := c.Value.(*ssa.Builtin); ok {
		s.builtin(site, b)
		return
	}
	f := called(c)
	if f == nil {
		for _, held := range s.f.all.heldBy(c.Value) {
			s.drawn(site, held)
		}
		return
	}
	if s.f.own(f) {
		return
	}
	s.printed(site, f)
	s.sorted(site, f)
	s.text(site, f)
	s.drawn(site, f)
	s.starts(site, f)
	s.inexact(site, f)
}

// drawn adds the source that the function f is.
func (s *scope) drawn(site ssa.CallInstruction, f *types.Func) {
	kind := s.f.kindOf(f)
	if kind == "" {
		return
	}
	src := Source{Kind: kind, Symbol: f.FullName()}
	switch kind {
	case MapOrder, Deadline, Pool:
		if s.special(site, f, src) {
			return
		}
	}
	s.carry(&src, site, f)
	s.addCall(src, site)
}

func (s *scope) addCall(src Source, site ssa.CallInstruction) {
	if node := s.callAt(site); node != nil {
		s.add(src, site, node)
		return
	}
	s.add(src, site, nil)
}

// carry says by what f hands on what it draws: memory that it fills, the parameters of a function that it calls, or its results.
func (s *scope) carry(src *Source, site ssa.CallInstruction, f *types.Func) {
	c := site.Common()
	if fill := s.f.fillOf(f); fill != nil {
		if v := operand(c, *fill); v != nil {
			src.Filled = append(src.Filled, v)
		}
	}
	for _, i := range callbacks[f.FullName()] {
		for _, fn := range funcsOf(operand(c, i)) {
			for _, p := range fn.Params {
				src.Values = append(src.Values, p)
			}
		}
	}
	if src.Kind == Finalizer {
		src.Blocks = entryBlocks(s.begun(site, f))
		return
	}
	if v := site.Value(); v != nil && len(src.Filled) == 0 && !types.Identical(v.Type(), types.NewTuple()) {
		src.Values = append(src.Values, v)
	}
}

func (f *Finder) fillOf(fn *types.Func) *int {
	if fn.FullName() == "os/signal.Notify" {
		return new(int)
	}
	known, _ := f.dict.Lookup(fn)
	return known.Fill
}

// callbacks are the arguments of functions that call them with what they draw.
var callbacks = map[string][]int{"(*sync.Map).Range": {0}}

// kindOf is the kind of what f draws, "" if it is no source.
func (f *Finder) kindOf(fn *types.Func) Kind {
	name := fn.FullName()
	if kind, ok := language[name]; ok {
		return kind
	}
	known, _ := f.dict.Lookup(fn)
	return kindNamed(known, name)
}

// language are functions that stand for what the language or its runtime leaves open.
var language = map[string]Kind{
	"(*sync.Map).Range":            MapOrder,
	"(*sync.Pool).Get":             Pool,
	"(*sync.Mutex).TryLock":        LockOrder,
	"(*sync.RWMutex).TryLock":      LockOrder,
	"(*sync.RWMutex).TryRLock":     LockOrder,
	"(context.Context).Deadline":   Deadline,
	"(context.Context).Done":       Deadline,
	"(context.Context).Err":        Deadline,
	"(reflect.Value).MapKeys":      MapOrder,
	"(reflect.Value).MapRange":     MapOrder,
	"(reflect.Value).Pointer":      Address,
	"(reflect.Value).UnsafeAddr":   Address,
	"context.Cause":                Deadline,
	"os/signal.Notify":             Signal,
	"os/signal.NotifyContext":      Signal,
	"runtime.AddCleanup":           Finalizer,
	"runtime.SetFinalizer":         Finalizer,
	"(reflect.Value).Seq":          "",
	"(reflect.Value).Seq2":         "",
	"runtime.Caller":               "",
	"runtime.Callers":              "",
	"runtime.CallersFrames":        "",
	"runtime.FuncForPC":            "",
	"(*runtime.Frames).Next":       "",
	"(*runtime.Func).Name":         "",
	"(*runtime.Func).FileLine":     "",
	"runtime.KeepAlive":            "",
	"runtime.Version":              "",
	"(*sync.Cond).Wait":            "",
	"(*sync.WaitGroup).Wait":       "",
	"(*time.Timer).Stop":           Time,
	"(*time.Timer).Reset":          Time,
	"golang.org/x/exp/maps.Keys":   MapOrder,
	"golang.org/x/exp/maps.Values": MapOrder,
}

// kindNamed reads the dictionary's word.
func kindNamed(known dictionary.Func, name string) Kind {
	switch known.Source {
	case "memory address":
		return Address
	case "scheduling":
		if strings.Contains(name, "Try") {
			return LockOrder
		}
		return GoroutineOrder
	}
	return Kind(known.Source)
}
