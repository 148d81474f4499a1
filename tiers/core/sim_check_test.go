package core

import (
	"fmt"
	"strconv"
	"strings"
)

// check says what is wrong with the finished world, "" if nothing.
func (w *world) check() string {
	if w.viol != "" {
		return w.viol
	}
	if s := w.unfinished(); s != "" {
		return "DEADLOCK: " + s
	}
	for t, T := range w.tiers {
		for _, r := range T.replicas[1:] {
			if s := difference(T.replicas[0].st, r.st); s != "" {
				return fmt.Sprintf("DIVERGE: T%d r1 and r%d: %s", t+1, r.id, s)
			}
		}
	}
	if s := w.checkTables(); s != "" {
		return s
	}
	for t := range w.tiers {
		if s := w.checkTier(t); s != "" {
			return s
		}
	}
	return w.checkClients()
}

// checkTables: at rest, a table holds nothing below a mark.
func (w *world) checkTables() string {
	for t, T := range w.tiers {
		for _, r := range T.replicas {
			for id := range r.core.ops {
				if r.core.below(id) {
					return fmt.Sprintf("TABLE: T%dr%d keeps %s", t+1, r.id, id)
				}
			}
		}
	}
	return ""
}

func difference(a, b state) string {
	for _, k := range sortedKeys(b) {
		if v, ok := a[k]; !ok || v != b[k] {
			return fmt.Sprintf("%s is %d and %d", k, v, b[k])
		}
	}
	for _, k := range sortedKeys(a) {
		if _, ok := b[k]; !ok {
			return k + " only at the first"
		}
	}
	return ""
}

func (w *world) at(t int) state { return w.tiers[t].replicas[0].st }

// keyOf finds the key that an op works on.
func (w *world) keyOf(id string) string {
	name, seq, _ := OpID(id).Root()
	i, _ := strconv.Atoi(name[1:])
	return w.clients[i].ops[seq].method[1:2]
}

func (w *world) checkTier(t int) string {
	st := w.at(t)
	want := state{}
	for _, loc := range sortedKeys(st) {
		name, id, _ := strings.Cut(loc, ".")
		switch name {
		case "idin":
			if s := w.checkOp(t, id, want); s != "" {
				return s
			}
		case "wp":
			want["cnt2"]++
		case "sx":
			want["sc"+w.keyOf(id[:strings.LastIndexByte(id, '.')])]++
		case "rep":
			i := strings.LastIndexByte(id, '.')
			nested := OpID(id[:i]).Nested(CallID(id[i+1:]))
			if s := w.checkReply(t, string(nested), st[loc]); s != "" {
				return s
			}
		}
	}
	if want["cnt"] != want["cnt2"] {
		return fmt.Sprintf("COUNT: T%d: %d ops began, %d ended", t+1, want["cnt"], want["cnt2"])
	}
	for _, loc := range sortedKeys(st) {
		name, _, _ := strings.Cut(loc, ".")
		if name == "cnt" || name == "cnt2" || len(name) == 2 && strings.Contains("dmo", name[:1]) || len(name) == 3 && name[:2] == "sc" {
			if st[loc] != want[loc] {
				return fmt.Sprintf("COUNT: T%d: %s=%d, want %d", t+1, loc, st[loc], want[loc])
			}
		}
	}
	for k := range w.cfg.keys {
		if s := w.checkKey(t, strconv.Itoa(k)); s != "" {
			return fmt.Sprintf("%s (T%d)", s, t+1)
		}
	}
	return ""
}

// checkOp counts what one op must have done, and compares its request with the caller's.
func (w *world) checkOp(t int, id string, want state) string {
	st, k := w.at(t), w.keyOf(id)
	want["cnt"]++
	want["d"+k]++
	drawn := st["id."+id]
	if _, det := st["xp."+id]; det {
		want["m"+k+".0"]++
	} else {
		want["m"+k+"."+strconv.FormatInt(drawn%3, 10)]++
		if drawn%2 == 0 {
			want["o"+k]++
		}
	}
	parent, call, nested := OpID(id).Parent()
	if !nested {
		return ""
	}
	for u := range w.tiers {
		if _, ok := w.at(u)["idin."+string(parent)]; !ok {
			continue
		}
		if sent := w.at(u)["L."+string(parent)+".req."+string(call)]; sent != st["idin."+id] {
			return fmt.Sprintf("CROSS: T%d holds request %d of %s, T%d ran %d", u+1, sent, id, t+1, st["idin."+id])
		}
		if _, skipped := w.at(u)["skip."+string(parent)]; skipped {
			return fmt.Sprintf("ORPHAN: T%d ran %s, whose caller did not call", t+1, id)
		}
		return ""
	}
	return fmt.Sprintf("ORPHAN: T%d ran %s, nobody knows its parent", t+1, id)
}

func (w *world) checkReply(t int, nested string, took int64) string {
	for u := range w.tiers {
		if gave, ok := w.at(u)["out."+nested]; ok {
			if gave != took {
				return fmt.Sprintf("CROSS: T%d took reply %d of %s, T%d stored %d", t+1, took, nested, u+1, gave)
			}
			return ""
		}
	}
	return fmt.Sprintf("LOST: T%d took a reply of %s, nobody has run it", t+1, nested)
}

// checkKey follows the chains of updates of one key: none lost, none doubled, in the clients' real-time order.
func (w *world) checkKey(t int, k string) string {
	st := w.at(t)
	places := map[string]map[string]int{}
	for _, p := range []string{"v", "x", "w"} {
		next := map[int64]string{}
		for _, loc := range sortedKeys(st) {
			id, ok := strings.CutPrefix(loc, p+"p.")
			if !ok || w.keyOf(id) != k {
				continue
			}
			if o, dup := next[st[loc]]; dup {
				return fmt.Sprintf("STATE: %s and %s both follow the same %s%s", o, id, p, k)
			}
			next[st[loc]] = id
		}
		places[p] = map[string]int{}
		values := []int64{0}
		for cur, n := int64(0), 1; n <= len(next); n++ {
			id, ok := next[cur]
			if !ok {
				return fmt.Sprintf("STATE: chain of %s%s breaks at %d of %d", p, k, n, len(next))
			}
			places[p][id] = n
			cur = st[p+"n."+id]
			values = append(values, cur)
		}
		if st[p+k] != values[len(values)-1] {
			return fmt.Sprintf("STATE: %s%s is not the end of its chain", p, k)
		}
		if p == "x" {
			if s := w.serial(st, places["v"], places["x"], values, k); s != "" {
				return s
			}
		}
		if s := w.realTime(places[p]); s != "" {
			return s
		}
	}
	return ""
}

// serial: a contaminated read of x fits its op's place among the deterministic writes of x.
func (w *world) serial(st state, v, x map[string]int, values []int64, k string) string {
	for b, place := range v {
		read, ok := st["xr."+b]
		if !ok {
			continue
		}
		n := 0
		for a := range x {
			if v[a] < place {
				n++
			}
		}
		if values[n] != read {
			return fmt.Sprintf("SERIAL: %s read an x%s that does not fit its place", b, k)
		}
		if cx, ok := st["cx."+b]; ok && cx != read {
			return fmt.Sprintf("SERIAL: %s read two values of x%s", b, k)
		}
	}
	return ""
}

// realTime: what was acknowledged before another was asked comes first.
func (w *world) realTime(place map[string]int) string {
	root := map[string]*clientOp{}
	for _, c := range w.clients {
		for _, o := range c.ops {
			root[string(o.id)] = o
		}
	}
	for a, pa := range place {
		for b, pb := range place {
			ra, rb := root[rootOf(a)], root[rootOf(b)]
			if ra != rb && ra.acked > 0 && rb.invoked > ra.acked && pa > pb {
				return fmt.Sprintf("LINEAR: %s was acknowledged before %s was asked", a, b)
			}
		}
	}
	return ""
}

func rootOf(id string) string {
	name, seq, _ := OpID(id).Root()
	return fmt.Sprintf("%s/%d", name, seq)
}

// checkClients: what was acknowledged stands. Commit mode fast may contradict it after a crash.
func (w *world) checkClients() string {
	for _, c := range w.clients {
		for _, o := range c.ops {
			if o.acked == 0 {
				continue
			}
			v, ok := w.at(c.tier)["out."+string(o.id)]
			if !ok {
				return fmt.Sprintf("LOST: %s was acknowledged and is not in T%d", o.id, c.tier+1)
			}
			if v != o.value && !(w.cfg.fast && w.crashed) {
				return fmt.Sprintf("CONTRADICTED: %s was acknowledged as %d, T%d holds %d", o.id, o.value, c.tier+1, v)
			}
		}
	}
	return ""
}
