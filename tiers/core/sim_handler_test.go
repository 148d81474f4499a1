package core

import (
	"fmt"
	"strconv"
)

// The simulated services. A method is named CLASS KEY, with an l behind it if it calls nobody. Classes say which half of an op draws:
// C both, D none, M the last sliver, N the slivers before it, S whichever the state says, Y both, and a draw decides whether the op
// calls at all.

type state map[string]int64

func (s state) clone() state {
	n := make(state, len(s))
	for k, v := range s {
		n[k] = v
	}
	return n
}

// hash mixes numbers and strings to a positive number.
func hash(parts ...any) int64 {
	x := uint64(14695981039346656037)
	mix := func(b byte) { x = (x ^ uint64(b)) * 1099511628211 }
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			for i := range len(p) {
				mix(p[i])
			}
		case int64:
			for i := range 8 {
				mix(byte(p >> (8 * i)))
			}
		default:
			panic(fmt.Sprintf("hash of %T", p))
		}
		mix(0xff)
	}
	x ^= x >> 29
	x *= 0x9e3779b97f4a7c15
	x ^= x >> 32
	return int64(x & 0x7fffffff)
}

// handler is one sliver of the service's code.
func (w *world) handler(tier int, b *Entry, number int, in int64, r *run) []Out {
	to := calls(w.cfg.topology, tier, b.Method)
	id, key, c := string(b.Op), b.Method[1:2], class(b.Method)
	first, last := drawsFirst(c), drawsLast(c)
	if c == 'S' {
		first = r.get("d"+key)%2 == 0
		last = !first
	}
	local := "L." + id + "."
	if number == 0 {
		v := w.first(id, key, number64(b.Request), first, r)
		if len(to) == 0 {
			return w.last(id, key, number64(b.Request), first || last, r)
		}
		if c == 'Y' && v%5 < 2 {
			r.set("skip."+id, 1, true)
			r.branch = true
			return w.last(id, key, number64(b.Request), true, r)
		}
		return w.ask(tier, b, 1, r)
	}
	n := strconv.Itoa(number)
	r.set("rep."+id+"."+n, in, false)
	if number == len(to) {
		return w.last(id, key, in, last, r)
	}
	x := hash(id, in)
	if first {
		x = r.draw()
		if x%2 == 0 {
			r.set("sc"+key, r.get("sc"+key)+1, true)
			r.set("sx."+id+"."+n, 1, true)
		}
	}
	r.set(local+"req."+strconv.Itoa(number+1), hash(r.get(local+"loc"), x), first)
	return w.ask(tier, b, number+1, r)
}

func (w *world) ask(tier int, b *Entry, number int, r *run) []Out {
	t := calls(w.cfg.topology, tier, b.Method)[number-1]
	call := CallID(strconv.Itoa(number))
	classes := w.cfg.classes
	method := string(classes[hash("class", string(b.Op.Nested(call)))%int64(len(classes))]) + b.Method[1:2]
	if t.leaf {
		method += "l"
	}
	return []Out{{
		Call: call, Tier: tierName(t.tier), Method: method, Steady: class(b.Method) != 'Y' || w.cfg.plant == "maybe-steady",
		Payload: payload(r.st["L."+string(b.Op)+".req."+string(call)]),
	}}
}

// first writes by value, location and occurrence, or the same deterministically.
func (w *world) first(id, key string, request int64, contam bool, r *run) int64 {
	r.set("cnt", r.get("cnt")+1, false)
	r.set("idin."+id, request, false)
	defer func() { r.set("d"+key, r.get("d"+key)+1, false) }() // after the contaminated read of it
	prev, x, local := r.get("v"+key), r.get("x"+key), "L."+id+"."
	if !contam {
		n := hash(prev, id)
		r.set("v"+key, n, false)
		r.set("vp."+id, prev, false)
		r.set("vn."+id, n, false)
		r.set("xp."+id, x, false)
		r.set("x"+key, hash(x, id, "x"), false)
		r.set("xn."+id, hash(x, id, "x"), false)
		r.set("m"+key+".0", r.get("m"+key+".0")+1, false)
		r.set("id."+id, n, false)
		r.set(local+"loc", n, false)
		r.set(local+"req.1", hash(n, "q"), false)
		return n
	}
	v := r.draw()
	r.set("id."+id, v, true)
	m := "m" + key + "." + strconv.FormatInt(v%3, 10)
	r.set(m, r.get(m)+1, true)
	if v%2 == 0 {
		r.set("o"+key, r.get("o"+key)+5, true) // touched twice: undo must go backwards
		r.set("o"+key, r.get("o"+key)-4, true)
		r.set("cx."+id, r.get("x"+key), true)
	}
	if w.cfg.locRead {
		r.set("rd."+id, r.get("d"+strconv.FormatInt(v/8%2, 10)), true)
	}
	r.set("xr."+id, x, true)
	n := hash(prev, id, v)
	r.set("v"+key, n, true)
	r.set("vp."+id, prev, true)
	r.set("vn."+id, n, true)
	r.set(local+"loc", v, true)
	r.set(local+"req.1", hash(v, "q"), true)
	return v
}

func (w *world) last(id, key string, in int64, contam bool, r *run) []Out {
	r.set("cnt2", r.get("cnt2")+1, r.branch)
	x := int64(0)
	if contam {
		x = r.draw()
	}
	prev := r.get("w" + key)
	n := hash(prev, id, in, r.get("L."+id+".loc"), x)
	r.set("w"+key, n, contam)
	r.set("wp."+id, prev, contam)
	r.set("wn."+id, n, contam)
	r.set("out."+id, n, contam)
	return []Out{{Payload: payload(n), OwnLog: (r.branch || w.cfg.own) && w.cfg.plant != "maybe-steady"}}
}

func payload(v int64) []byte { return strconv.AppendInt(nil, v, 10) }

func number64(b []byte) int64 {
	v, _ := strconv.ParseInt(string(b), 10, 64)
	return v
}

func tierName(i int) string { return "T" + strconv.Itoa(i+1) }

func tierNumber(name string) int {
	n, _ := strconv.Atoi(name[1:])
	return n - 1
}
