package generate

import (
	"fmt"
	"strings"
)

// statements writes as many as the function's budget has.
func (w *writer) statements() {
	for w.budget > 0 {
		w.statement()
	}
}

// some writes one to three statements inside a block of the source.
func (w *writer) some() {
	w.inner++
	w.block(func() {
		for range 1 + w.r.IntN(2) {
			w.statement()
		}
	})
	w.inner--
}

// statement writes one. Where a kind does not fit, an assignment takes its place.
func (w *writer) statement() {
	w.budget--
	kinds := []func() bool{
		w.assign, w.assign, w.assign, w.local, w.local, w.reassign, w.mapWrite, w.mapWrite, w.mapWrite, w.mapDelete, w.grow, w.element,
		w.branch, w.branch, w.earlyReturn, w.choice, w.item, w.pointee, w.nestedValue, w.elementField,
		w.count, w.rangeSlice, w.rangeMap, w.rangeMap, w.rangeMap, w.rangeMap, w.sorting,
		w.helperCall, w.helperCall, w.closure, w.methodValue, w.dispatch, w.deferred, w.recovered, w.typeSwitch, w.fieldPointer,
		w.channel, w.selection, w.goroutines, w.labelled, w.shown,
		w.failure, w.failure, w.iterator, w.alias, w.array, w.method, w.method, w.swap, w.letters, w.demanded,
	}
	if !pick(w, kinds)() {
		w.assign()
	}
}

// assign writes a part of the state.
func (w *writer) assign() bool {
	p := pick(w, w.plainState())
	if p.typ == integer && w.chance(3) {
		w.printf("%s += %s", p.text, w.integer(2))
		return true
	}
	w.printf("%s = %s", p.text, w.expression(p.typ, 2))
	return true
}

// shown draws what reaches nothing.
func (w *writer) shown() bool {
	if w.density == 0 {
		return false
	}
	w.printf("if now()%%2 == 0 {\n_ = fmt.Sprint(%s, now())\n}", w.text(1))
	return true
}

// plainState are the parts of the state whose values are plain; there is always one, because the first two fields are.
func (w *writer) plainState() []place {
	var out []place
	for _, t := range []string{integer, text, boolean} {
		out = append(out, w.stateOf(t)...)
	}
	return out
}

func (w *writer) local() bool {
	t := pick(w, []string{integer, integer, text, boolean, integers, texts, w.nested(), counts})
	name, value := w.fresh("v"), w.expression(t, 3)
	w.printf("%s := %s", name, value)
	w.declare(name, t)
	return true
}

func (w *writer) reassign() bool {
	t := pick(w, plainTypes)
	vars := w.locals(t)
	if len(vars) == 0 {
		return false
	}
	w.printf("%s = %s", pick(w, vars).text, w.expression(t, 3))
	return true
}

// container is a variable or a part of the state that can be changed in place.
func (w *writer) container(types ...string) (place, bool) {
	var all []place
	for _, t := range types {
		for _, v := range w.locals(t) {
			all = append(all, v.place)
		}
		all = append(all, w.stateOf(t)...)
	}
	if len(all) == 0 {
		return place{}, false
	}
	p := pick(w, all)
	for _, v := range w.locals(p.typ) {
		v.used = v.used || v.text == p.text
	}
	return p, true
}

// key is one of eight of the map's, and value one of its elements.
func (w *writer) key(typ string) string {
	if typ == labels {
		return fmt.Sprintf("below(%s, 8)", w.integer(2))
	}
	return fmt.Sprintf("keyOf(%s)", w.text(2))
}

func (w *writer) value(typ string) string {
	_, elem, _ := strings.Cut(typ, "]")
	return w.expression(elem, 2)
}

func (w *writer) mapWrite() bool {
	m, ok := w.container(counts, labels, presences)
	if !ok {
		return false
	}
	if m.typ == counts && w.chance(2) {
		w.printf("%s[%s] += %s", m.text, w.key(m.typ), w.integer(2))
		return true
	}
	w.printf("%s[%s] = %s", m.text, w.key(m.typ), w.value(m.typ))
	return true
}

func (w *writer) mapDelete() bool {
	m, ok := w.container(counts, labels, presences, w.items())
	if !ok {
		return false
	}
	if w.chance(8) {
		w.printf("clear(%s)", m.text)
		return true
	}
	w.printf("delete(%s, %s)", m.text, w.key(m.typ))
	return true
}

func (w *writer) grow() bool {
	xs, ok := w.container(integers, texts, w.elements())
	if !ok {
		return false
	}
	switch w.r.IntN(3) {
	case 0:
		w.printf("%s = last(append(%s, %s))", xs.text, xs.text, w.value(xs.typ))
	case 1:
		w.printf("if len(%s) < 8 {\n%s = append(%s, %s)\n}", xs.text, xs.text, xs.text, w.value(xs.typ))
	default:
		w.printf("if len(%s) > 2 {\n%s = slices.Clone(%s[:2])\n}", xs.text, xs.text, xs.text)
	}
	return true
}

func (w *writer) element() bool {
	xs, ok := w.container(integers, texts)
	if !ok {
		return false
	}
	i := w.fresh("i")
	w.printf("if %s := int(below(%s, 8)); %s < len(%s) {\n%s[%s] = %s\n}", i, w.integer(2), i, xs.text, xs.text, i, w.value(xs.typ))
	return true
}

// item changes one that a map points to.
func (w *writer) item() bool {
	m, ok := w.container(w.items())
	if !ok {
		return false
	}
	if w.chance(3) {
		w.printf("%s[%s] = %s", m.text, w.key(m.typ), w.expression(w.pointer(), 2))
		return true
	}
	name, f := w.fresh("it"), pick(w, itemFields)
	w.printf("if %s := %s[%s]; %s != nil {", name, m.text, w.key(m.typ), name)
	w.block(func() {
		w.declare(name+".A", integer).used = true
		w.declare(name+".B", text).used = true
		w.printf("%s.%s = %s", name, f.text, w.expression(f.typ, 2))
	})
	if w.chance(3) {
		w.printf("} else {\n%s[%s] = %s", m.text, w.key(m.typ), w.expression(w.pointer(), 2))
	}
	w.printf("}")
	return true
}

// pointee changes what a field of the service points to, or lets it point to something else.
func (w *writer) pointee() bool {
	p, ok := w.container(w.pointer())
	if !ok {
		return false
	}
	if w.chance(3) {
		if m, ok := w.container(w.items()); ok {
			w.printf("%s[%s] = %s", m.text, w.key(m.typ), p.text)
			return true
		}
	}
	f := pick(w, itemFields)
	if f.typ == integers {
		w.printf("%s.Log = last(append(%s.Log, %s))", p.text, p.text, w.integer(2))
		return true
	}
	w.printf("%s.%s = %s", p.text, f.text, w.expression(f.typ, 2))
	return true
}

// nestedValue copies a struct into or out of the state.
func (w *writer) nestedValue() bool {
	p, ok := w.container(w.nested())
	if !ok {
		return false
	}
	if w.chance(2) {
		w.printf("%s = choose(%s, %s, %s)", p.text, w.boolean(2), p.text, w.expression(w.nested(), 2))
		return true
	}
	name := w.fresh("n")
	w.printf("%s := %s", name, p.text)
	w.declare(name, w.nested()).used = true
	w.declare(name+".X", integer).used = true
	w.declare(name+".Y", text).used = true
	w.printf("%s.X, %s.Y = %s, %s", name, name, w.integer(2), w.text(2))
	return true
}

func (w *writer) elementField() bool {
	xs, ok := w.container(w.elements())
	if !ok {
		return false
	}
	i := w.fresh("i")
	f := pick(w, nestedFields)
	w.printf("for %s := range %s {", i, xs.text)
	w.loops++
	w.printf("%s[%s].%s = %s", xs.text, i, f.text, w.expression(f.typ, 2))
	w.loops--
	w.printf("}")
	return true
}
