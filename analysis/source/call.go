package source

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
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
		for _, held := range s.f.all.kept.of(c.Value) {
			s.drawn(site, held)
		}
		return
	}
	if s.f.own(f) {
		return
	}
	s.printed(site, f)
	s.sorted(site, f)
	s.statement(site, f)
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
	case UnstableSort:
		if _, ok := sorters[src.Symbol]; ok {
			return // judged by its order
		}
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

// carry says by what f hands on what it draws: memory that it fills, functions that it runs some time, or its results.
func (s *scope) carry(src *Source, site ssa.CallInstruction, f *types.Func) {
	c := site.Common()
	if fill := s.f.fillOf(f); fill != nil {
		if v := operand(c, *fill); v != nil {
			src.Filled = append(src.Filled, v)
		}
	}
	src.Blocks = append(src.Blocks, entryBlocks(s.begun(site, f))...)
	if src.Kind == Finalizer {
		return
	}
	v := site.Value()
	if v != nil && types.Identical(v.Type(), types.NewTuple()) {
		v = nil
	}
	switch {
	case len(src.Filled) > 0:
	case v != nil:
		src.Values = append(src.Values, v)
	default:
		s.fill(src, c, f)
	}
}

// fill: a function without results leaves what it draws in the memory that it writes; in all that it is given if that is not known.
func (s *scope) fill(src *Source, c *ssa.CallCommon, f *types.Func) {
	known, _ := s.f.dict.Lookup(f)
	for _, i := range written(known) {
		if v := operand(c, i); v != nil && i >= 0 {
			src.Filled = append(src.Filled, v)
		}
	}
	if len(src.Filled) > 0 {
		return
	}
	for _, v := range c.Args[len(c.Args)-f.Signature().Params().Len():] {
		switch v.Type().Underlying().(type) {
		case *types.Pointer, *types.Slice, *types.Map:
			src.Filled = append(src.Filled, v)
		}
	}
}

func (f *Finder) fillOf(fn *types.Func) *int {
	if fn.FullName() == "os/signal.Notify" {
		return new(int)
	}
	known, _ := f.dict.Lookup(fn)
	return known.Fill
}

// kindOf is the kind of what f draws, "" if it is no source.
func (f *Finder) kindOf(fn *types.Func) Kind {
	if kind, ok := language[fn.FullName()]; ok {
		return kind
	}
	known, _ := f.dict.Lookup(fn)
	kind := Kind(known.Source)
	if kind == Architecture && !f.opts.Architecture {
		return ""
	}
	return kind
}

// language are functions that stand for what the language or its runtime leaves open, where the dictionary must be silent because it makes
// no difference to a rewritten program, and those of package runtime that are determined.
var language = map[string]Kind{
	"(*sync.Pool).Get":           Pool,
	"(context.Context).Done":     Deadline,
	"(context.Context).Err":      Deadline,
	"(reflect.Value).MapKeys":    MapOrder,
	"(reflect.Value).MapRange":   MapOrder,
	"(reflect.Value).Pointer":    Address,
	"(reflect.Value).UnsafeAddr": Address,
	"context.Cause":              Deadline,
	"math/rand.Shuffle":          Random,
	"math/rand/v2.Shuffle":       Random,
	"os/signal.Notify":           Signal,
	"os/signal.NotifyContext":    Signal,
	"runtime.AddCleanup":         Finalizer,
	"(*reflect.MapIter).Next":    "",
	"(*runtime.Frames).Next":     "",
	"(*runtime.Func).FileLine":   "",
	"(*runtime.Func).Name":       "",
	"context.WithDeadline":       "", // the context's Done, Err and Deadline tell
	"context.WithDeadlineCause":  "",
	"context.WithTimeout":        "",
	"context.WithTimeoutCause":   "",
	"runtime.Caller":             "",
	"runtime.Callers":            "",
	"runtime.CallersFrames":      "",
	"runtime.FuncForPC":          "",
	"runtime.KeepAlive":          "",
	"runtime.Version":            "",
}
