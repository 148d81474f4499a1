package main

import (
	"fmt"
	"go/types"
	"slices"
	"strings"
)

// outline writes a summary in the dictionary's terms.
type outline struct {
	sum *summary
	sig *types.Signature
}

func (o outline) fields() []string {
	var out []string
	add := func(name, value string) {
		if value != "" {
			out = append(out, name+"="+value)
		}
	}
	add("kinds", strings.Join(o.sum.emits().names(), ","))
	if o.sum.external {
		out = append(out, "external")
	}
	if len(o.sum.results) == 0 {
		out = append(out, "results=")
	}
	add("results", o.results())
	mutates := o.operands(func(i int) bool { return o.sum.mutated&(3<<(2*i)) != 0 && pointers(o.operandType(i)) })
	add("mutates", mutates)
	calls := o.operands(func(i int) bool { return o.sum.calls[i] != nil && o.sum.goes&(1<<i) == 0 })
	add("calls", calls)
	goes := o.operands(func(i int) bool { return o.sum.goes&(1<<i) != 0 })
	add("goes", goes)
	if !strings.HasPrefix(mutates, "-1") && o.pointerReceiver() {
		out = append(out, "pure")
	}
	if calls == "" && goes == "" {
		out = append(out, o.memory()...)
	}
	var stops []string
	for b := range o.sum.stops {
		stops = append(stops, b.pattern)
	}
	slices.Sort(stops)
	add("stops", strings.Join(slices.Compact(stops), ","))
	return out
}

// first is the number of the first operand: -1 is a receiver.
func (o outline) first() int {
	if o.sig.Recv() != nil {
		return -1
	}
	return 0
}

func (o outline) count() int { return o.sig.Params().Len() - o.first() }

func (o outline) operandType(i int) types.Type {
	if i += o.first(); i >= 0 {
		return o.sig.Params().At(i).Type()
	}
	return o.sig.Recv().Type()
}

func (o outline) pointerReceiver() bool {
	if o.sig.Recv() == nil {
		return false
	}
	_, ok := types.Unalias(o.sig.Recv().Type()).(*types.Pointer)
	return ok
}

func (o outline) operands(in func(i int) bool) string {
	var out []string
	for i := range min(o.count(), maxOperands) {
		if in(i) {
			out = append(out, fmt.Sprint(i+o.first()))
		}
	}
	return strings.Join(out, ",")
}

// results lists the operands that flow to each result, "" if all flow to all.
func (o outline) results() string {
	if o.count() > maxOperands {
		return ""
	}
	var out []string
	all := len(o.sum.results) > 0
	for _, r := range o.sum.results {
		list := o.operands(func(i int) bool { return (r.d & operandDep(i)) != 0 })
		all = all && (list != "" || o.count() == 0) && strings.Count(list, ",")+1 >= o.count() && o.count() > 0
		if list == "" {
			list = "none"
		}
		out = append(out, list)
	}
	if all {
		return ""
	}
	return strings.Join(out, ";")
}

// memory says where results and what is written point to. Text leads nowhere.
func (o outline) memory() []string {
	var at, leads, keeps places
	for _, r := range o.sum.results {
		at |= r.at
		leads |= r.leads
	}
	for i, k := range o.sum.keeps {
		keeps |= k &^ (3 << (2 * i))
	}
	var out []string
	if keeps == 0 {
		out = append(out, "bytes")
	}
	switch {
	case len(o.sum.results) == 0:
	case at == 0 && leads == 0:
		out = append(out, "apart")
	case at == 0:
		out = append(out, "fresh")
	}
	return out
}
