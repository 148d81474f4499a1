package world

import (
	"encoding/binary"

	"github.com/midas-tiers/midas/tiers/core"
)

// givenUp is the reply that an op gets to a call that it gave up.
const givenUp = -1

func payload(v int64) []byte { return binary.LittleEndian.AppendUint64(nil, uint64(v)) }

func number64(b []byte) int64 {
	if len(b) != 8 {
		return 0
	}
	return int64(binary.LittleEndian.Uint64(b))
}

// sliver is one sliver of a service's code in execution.
type sliver struct {
	*exec
	svc   *service
	tier  int
	op    *hostOp
	steps []step
}

// run runs the sliver that begins the op, or that call's reply starts.
func (s *sliver) run(call string, reply int64) []core.Out {
	m, o := s.op.method, s.op
	if m.class == 'R' {
		return s.read()
	}
	first, last := m.drawsFirst(), m.drawsLast()
	if m.class == 'S' {
		first = s.get(keyAt(m.key, cellD))%2 == 0
		last = !first
	}
	n := number(s.steps, call)
	if n == 0 {
		return s.start(first, last)
	}
	s.set(opAt(o.number, opRep+n-1), reply, false)
	x := s.middle(n, reply, first)
	if m.shape == 'f' && n <= 2 {
		s.add(opAt(o.number, opAcc), x, first)
		s.set(opAt(o.number, opAdd+n-1), x, first)
		if s.get(opAt(o.number, opRep+2-n)) == 0 {
			return nil // the other strand ends it
		}
		n = 2
	}
	if n == len(s.steps) {
		return s.end(reply, last || m.shape == 'f' && first)
	}
	return s.ask(first, n+1)
}

// start is the first sliver.
func (s *sliver) start(first, last bool) []core.Out {
	m, o := s.op.method, s.op
	v := s.begin(first)
	switch {
	case len(s.steps) == 0:
		return s.end(o.request, first || last)
	case m.class == 'Y' && v%5 < 2:
		s.set(opAt(o.number, opSkip), 1, true)
		s.branch = true
		return s.end(o.request, true)
	case m.shape == 'f':
		return s.ask(first, 1, 2)
	}
	return s.ask(first, 1)
}

// read answers from the state.
func (s *sliver) read() []core.Out {
	c := cellV
	if s.op.readsLast {
		c = cellW
	}
	return []core.Out{{Payload: payload(s.get(keyAt(s.op.method.key, c)))}}
}

// begin writes by value, location and occurrence, or the same deterministically.
func (s *sliver) begin(contam bool) int64 {
	k, o := s.op.method.key, s.op.number
	id := s.op.hash
	s.set(opAt(o, opBegan), 1, false)
	s.set(opAt(o, opIn), s.op.request, false)
	prev, x := s.get(keyAt(k, cellV)), s.get(keyAt(k, cellX))
	var v, n int64
	if contam {
		v = s.draw()
		n = link(uint64(prev), id, uint64(v))
		s.add(keyAt(k, cellM0+int(v%3)), 1, true)
		if v%2 == 0 {
			s.add(keyAt(k, cellO), 5, true) // touched twice: undo must go backwards
			s.add(keyAt(k, cellO), -4, true)
			s.set(opAt(o, opCX), x+1, true)
		}
		if s.svc.cfg.LocRead {
			s.set(opAt(o, opRD), s.get(keyAt(int(v/8)%s.svc.cfg.Keys, cellD))+1, true)
		}
		s.set(opAt(o, opXR), x+1, true)
	} else {
		n = link(uint64(prev), id)
		v = n
		s.set(opAt(o, opPlain), 1, false)
		s.set(opAt(o, opXP), x+1, false)
		s.set(opAt(o, opXN), link(uint64(x), id, 1), false)
		s.set(keyAt(k, cellX), link(uint64(x), id, 1), false)
		s.add(keyAt(k, cellM0), 1, false)
	}
	s.set(opAt(o, opID), v, contam)
	s.set(keyAt(k, cellV), n, contam)
	s.set(opAt(o, opVP), prev+1, contam)
	s.set(opAt(o, opVN), n, contam)
	s.add(keyAt(k, cellD), 1, false) // after the contaminated read of it
	return v
}

// middle is what comes after a reply.
func (s *sliver) middle(n int, reply int64, contam bool) int64 {
	if !contam {
		return hash(s.op.hash, uint64(reply))
	}
	x := s.draw()
	if x%2 == 0 {
		s.add(keyAt(s.op.method.key, cellS), 1, true)
		s.set(opAt(s.op.number, opSub+n-1), 1, true)
	}
	return x
}

// end replies.
func (s *sliver) end(in int64, contam bool) []core.Out {
	k, o := s.op.method.key, s.op.number
	s.add(keyAt(k, cellEnd), 1, s.branch)
	x := int64(0)
	if contam {
		x = s.draw()
	}
	prev := s.get(keyAt(k, cellW))
	n := link(uint64(prev), s.op.hash, uint64(in), uint64(s.get(opAt(o, opID))), uint64(s.get(opAt(o, opAcc))), uint64(x))
	s.set(keyAt(k, cellW), n, contam)
	s.set(opAt(o, opWP), prev+1, contam)
	s.set(opAt(o, opWN), n, contam)
	s.set(opAt(o, opOut), n, contam)
	own := (s.branch || s.svc.cfg.Own) && s.svc.cfg.Plant != plantMaybeSteady
	return []core.Out{{Payload: payload(n), OwnLog: own}}
}

// ask makes the calls of these numbers.
func (s *sliver) ask(contam bool, calls ...int) []core.Out {
	outs := make([]core.Out, 0, len(calls))
	o := s.op
	for _, n := range calls {
		st := &s.steps[n-1]
		v := hash(uint64(s.get(opAt(o.number, opID))), uint64(s.get(opAt(o.number, opRep+max(n-2, 0)))), uint64(n))
		s.set(opAt(o.number, opReq+n-1), v, contam)
		out := core.Out{
			Call: core.CallID(st.id), Payload: payload(v), Steady: o.method.class != 'Y' || s.svc.cfg.Plant == plantMaybeSteady,
		}
		if st.effect {
			out.Effect, out.Method = true, effectName
		} else {
			out.Tier, out.Method = tierNames[st.tier], s.nested(st).name()
		}
		outs = append(outs, out)
	}
	return outs
}

// nested is the method that a call asks for.
func (s *sliver) nested(st *step) method {
	list := s.svc.cfg.Classes
	h := scramble(s.op.hash ^ hashString(st.id))
	m := method{class: list[h%uint64(len(list))], shape: 'c', key: s.op.method.key}
	if st.leaf {
		m.shape = 'l'
	}
	return m
}
