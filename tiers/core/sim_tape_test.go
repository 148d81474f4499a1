package core

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// trace is what an outcome carries: values drawn (technique reexecute) or writes (contaminated).
type trace struct {
	Drawn  []int64 `json:",omitempty"`
	Writes []write `json:",omitempty"`
}

type write struct {
	Loc   string
	Value int64
}

type touch struct {
	loc    string
	old    int64
	had    bool
	contam bool
}

type hostOp struct {
	begin   *Entry
	slivers map[CallID]*hostSliver
}

type hostSliver struct {
	number  int
	in      int64
	touches []touch
	reads   state
}

// run is one execution of a sliver: first hand, or the tape again with a trace.
type run struct {
	st      state
	fresh   func(i int64) int64
	given   []int64
	tape    bool
	drawn   []int64
	reads   state
	wrote   map[string]bool
	touches []touch
	writes  []string
	misfit  bool
	branch  bool // a draw decided that we are here
}

func (r *run) draw() int64 {
	i := len(r.drawn)
	v := int64(0)
	switch {
	case !r.tape:
		v = r.fresh(int64(i))
	case i < len(r.given):
		v = r.given[i]
	default:
		r.misfit = true
	}
	r.drawn = append(r.drawn, v)
	return v
}

func (r *run) get(loc string) int64 {
	if r.wrote[loc] {
		return r.st[loc]
	}
	if r.tape {
		if v, ok := r.reads[loc]; ok {
			return v
		}
	}
	v := r.st[loc]
	r.reads[loc] = v
	return v
}

func (r *run) set(loc string, v int64, contam bool) {
	if r.tape && !contam {
		return
	}
	old, had := r.st[loc]
	r.touches = append(r.touches, touch{loc, old, had, contam})
	if contam && !r.wrote[loc] {
		r.writes = append(r.writes, loc)
	}
	r.wrote[loc] = true
	r.st[loc] = v
}

// run executes a sliver for the first time.
func (r *replica) run(o Run) Ran {
	h := r.host[o.Op]
	if o.Call == "" {
		h = &hostOp{begin: o.Begin, slivers: map[CallID]*hostSliver{}}
		r.host[o.Op] = h
	}
	s := &hostSliver{in: number64(o.Reply), reads: state{}}
	if o.Call != "" {
		s.number, _ = strconv.Atoi(string(o.Call))
	}
	h.slivers[o.Call] = s
	r.runs++
	key := fmt.Sprint(r.w.seed, r.tier, r.id, r.inc, r.lives, r.runs)
	x := &run{st: r.st, reads: s.reads, wrote: map[string]bool{}, fresh: func(i int64) int64 { return hash(key, i) }}
	outs := r.w.handler(r.tier, h.begin, s.number, s.in, x)
	s.touches = x.touches
	out := Outcome{Outs: outs}
	t := trace{Drawn: x.drawn}
	switch {
	case len(x.drawn) == 0:
		return Ran{Op: o.Op, Call: o.Call, Outcome: out}
	case h.begin.Technique == "full":
		out.Full, _ = json.Marshal(r.st)
	case h.begin.Technique == "contaminated":
		t.Drawn = nil
		for _, l := range x.writes {
			t.Writes = append(t.Writes, write{l, r.st[l]})
		}
	}
	out.Trace, _ = json.Marshal(t)
	return Ran{Op: o.Op, Call: o.Call, Outcome: out, Drew: r.w.cfg.plant != "drew-lies"}
}

// follow makes a sliver equal to a chosen outcome.
func (r *replica) follow(f Follow) error {
	h := r.host[f.Op]
	s := h.slivers[f.Call]
	if f.Outcome.Full != nil {
		st := state{}
		if err := json.Unmarshal(f.Outcome.Full, &st); err != nil {
			return err
		}
		r.st = st
		return nil
	}
	for i := len(s.touches) - 1; i >= 0; i-- {
		t := s.touches[i]
		switch {
		case !t.contam:
		case t.had:
			r.st[t.loc] = t.old
		default:
			delete(r.st, t.loc)
		}
	}
	var t trace
	if err := json.Unmarshal(f.Outcome.Trace, &t); err != nil {
		return fmt.Errorf("trace of %s: %w", f.Op, err)
	}
	for _, x := range t.Writes {
		r.st[x.Loc] = x.Value
	}
	if t.Drawn == nil {
		return nil
	}
	x := &run{st: r.st, reads: s.reads, wrote: map[string]bool{}, given: t.Drawn, tape: true}
	r.w.handler(r.tier, h.begin, s.number, s.in, x)
	if x.misfit || len(x.drawn) != len(t.Drawn) {
		return fmt.Errorf("trace of %s does not fit", f.Op)
	}
	return nil
}
