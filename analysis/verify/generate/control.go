package generate

import (
	"fmt"
	"strings"
)

// deepest is how many blocks may lie inside one another.
const deepest = 3

func (w *writer) branch() bool {
	if w.inner >= deepest {
		return false
	}
	w.printf("if %s {", w.boolean(2))
	w.some()
	if w.chance(2) {
		w.printf("} else {")
		w.some()
	}
	w.printf("}")
	return true
}

// earlyReturn leaves the function; in a function literal there is none.
func (w *writer) earlyReturn() bool {
	if w.closed > 0 || w.loops > 1 {
		return false
	}
	w.printf("if %s {", w.boolean(2))
	w.assign()
	var out []string
	for _, t := range w.results {
		out = append(out, w.expression(t, 1))
	}
	w.printf("return %s\n}", strings.Join(out, ", "))
	return true
}

func (w *writer) choice() bool {
	if w.inner >= deepest {
		return false
	}
	w.printf("switch below(%s, 3) {\ncase 0:", w.integer(2))
	w.some()
	if w.chance(3) {
		w.printf("fallthrough")
	}
	w.printf("case 1:")
	w.some()
	if w.chance(2) {
		w.printf("default:")
		w.some()
	}
	w.printf("}")
	return true
}

// loop writes one around statements, with what its head declares.
func (w *writer) loop(head string, declare func(), body func()) {
	w.printf("%s {", head)
	w.loops++
	w.inner++
	w.block(func() {
		declare()
		for range 1 + w.r.IntN(2) {
			body()
		}
		if w.chance(4) {
			w.printf("if %s {\n%s\n}", w.boolean(2), pick(w, []string{"break", "continue"}))
		}
	})
	w.inner--
	w.loops--
	w.printf("}")
}

func (w *writer) mayLoop() bool { return w.loops < 2 && w.inner < deepest }

func (w *writer) count() bool {
	if !w.mayLoop() {
		return false
	}
	i := w.fresh("i")
	head := fmt.Sprintf("for %s := range below(%s, 4)", i, w.integer(2))
	w.loop(head, func() { w.declare(i, integer) }, w.statement)
	return true
}

func (w *writer) rangeSlice() bool {
	if !w.mayLoop() {
		return false
	}
	xs := place{"req.Items", texts}
	if !w.chance(3) {
		if own, ok := w.container(integers, texts); ok {
			xs = own
		}
	}
	x := w.fresh("x")
	w.loop(fmt.Sprintf("for _, %s := range %s", x, xs.text), func() { w.declare(x, xs.typ[2:]) }, w.statement)
	return true
}

// rangeMap takes a map's elements in any order if programs may draw, and else in the order of the keys.
func (w *writer) rangeMap() bool {
	if !w.mayLoop() {
		return false
	}
	m, ok := w.container(counts, labels)
	if !ok {
		return false
	}
	k, v, keyType := w.fresh("k"), w.fresh("x"), text
	elem := integer
	if m.typ == labels {
		keyType, elem = integer, text
	}
	declare := func() {
		w.declare(k, keyType)
		w.declare(v, elem)
	}
	if w.density > 0 && w.r.Float64() < 4*w.density {
		w.loop(fmt.Sprintf("for %s, %s := range %s", k, v, m.text), declare, w.statement)
		return true
	}
	if w.density > 0 && w.chance(2) {
		return w.harmlessRange(m, k, v, keyType)
	}
	w.loop(fmt.Sprintf("for _, %s := range sortedKeys(%s)", k, m.text), func() {
		w.printf("%s := %s[%s]", v, m.text, k)
		declare()
	}, w.statement)
	return true
}

// harmlessRange has a body to which the order means nothing.
func (w *writer) harmlessRange(m place, k, v, keyType string) bool {
	ints, copies := w.stateOf(integer), w.stateOf(counts)
	head := fmt.Sprintf("for %s, %s := range %s {\n_, _ = %s, %s", k, v, m.text, k, v)
	switch {
	case keyType == text && w.chance(3):
		w.printf("%s\n%s += %s\n}", head, pick(w, ints).text, v)
	case keyType == text && len(copies) > 0 && w.chance(2):
		w.printf("%s\n%s[%s] = %s\n}", head, pick(w, copies).text, k, v)
	case w.chance(2):
		w.printf("%s\n%s++\n}", head, pick(w, ints).text)
	default:
		ks := w.fresh("ks")
		w.printf("var %s []%s\n%s\n%s = append(%s, %s)\n}", ks, keyType, head, ks, ks, k)
		w.printf("slices.Sort(%s)", ks)
		w.declare(ks, "[]"+keyType)
	}
	return true
}

// labelled leaves two loops at once.
func (w *writer) labelled() bool {
	if w.loops > 0 || w.inner+2 > deepest {
		return false
	}
	l, i, j := w.fresh("outer"), w.fresh("i"), w.fresh("i")
	w.printf("%s:", l)
	w.loop(fmt.Sprintf("for %s := range below(%s, 4)", i, w.integer(2)), func() { w.declare(i, integer) }, func() {
		w.loop(fmt.Sprintf("for %s := range below(%s, 3)", j, w.integer(1)), func() { w.declare(j, integer) }, func() {
			w.assign()
			w.printf("if %s {\nbreak %s\n}", w.boolean(2), l)
		})
	})
	return true
}

// recovered runs statements that may panic half way.
func (w *writer) recovered() bool {
	if w.inner >= deepest || w.loops > 0 {
		return false
	}
	name := w.fresh("r")
	w.printf("func() {\ndefer func() {\nif %s := recover(); %s != nil {\n%s = clip(fmt.Sprint(%s))\n}\n}()", name, name, pick(w, w.stateOf(text)).text, name)
	w.literal(func() {
		w.statement()
		w.printf("if %s {\npanic(%s)\n}", w.boolean(2), w.text(2))
		w.statement()
	})
	w.printf("}()")
	return true
}

// literal writes the body of a function literal.
func (w *writer) literal(body func()) {
	loops := w.loops
	w.closed++
	w.inner++
	w.block(body)
	w.inner--
	w.closed--
	w.loops = loops
}
