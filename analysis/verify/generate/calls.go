package generate

import (
	"fmt"
	"strings"
)

// helperCall keeps the results of a helper.
func (w *writer) helperCall() bool {
	if len(w.helpers) == 0 || w.loops > 0 {
		return false
	}
	h := pick(w, w.helpers)
	call := w.call(h, 3)
	var names []string
	for range h.results {
		names = append(names, w.fresh("v"))
	}
	w.printf("%s := %s", strings.Join(names, ", "), call)
	for i, t := range h.results {
		w.declare(names[i], t)
	}
	return true
}

// closure captures a variable and changes it.
func (w *writer) closure() bool {
	if w.closed > 0 || w.inner >= deepest {
		return false
	}
	x, f, p := w.fresh("v"), w.fresh("f"), w.fresh("p")
	w.printf("%s := %s", x, w.integer(2))
	w.declare(x, integer).used = true
	w.printf("%s := func(%s int64) int64 {", f, p)
	last := ""
	w.literal(func() {
		w.declare(p, integer).used = true
		w.statement()
		w.printf("%s += %s", x, w.integer(2))
		last = w.integer(2)
	})
	w.printf("return %s\n}", last)
	for range 1 + w.r.IntN(2) {
		w.printf("%s = %s(%s)", pick(w, w.stateOf(integer)).text, f, w.integer(2))
	}
	return true
}

// methodValue chooses between functions before it calls one.
func (w *writer) methodValue() bool {
	f, q := w.fresh("f"), w.fresh("q")
	w.printf("%s := square%d{%s}", q, w.n, w.integer(1))
	w.printf("%s := %s.size\nif %s {\n%s = (&strip%d{%s}).size\n}", f, q, w.boolean(2), f, w.n, w.integer(1))
	w.printf("%s = %s(%s)", pick(w, w.stateOf(integer)).text, f, w.integer(2))
	return true
}

// dispatch calls through an interface.
func (w *writer) dispatch() bool {
	q := w.fresh("q")
	w.printf("var %s shape%d = square%d{%s}\nif %s {\n%s = &strip%d{%s}\n}", q, w.n, w.n, w.integer(1), w.boolean(2), q, w.n, w.integer(2))
	w.printf("%s += %s.size(%s)", pick(w, w.stateOf(integer)).text, q, w.integer(2))
	return true
}

// deferred writes state when the function ends.
func (w *writer) deferred() bool {
	if w.loops > 0 || w.closed > 0 {
		return false
	}
	w.printf("defer func() {")
	w.literal(func() { w.statement() })
	w.printf("}()")
	return true
}

func (w *writer) typeSwitch() bool {
	x, v := w.fresh("a"), w.fresh("t")
	w.printf("var %s any = %s\nif %s {\n%s = %s\n}", x, w.integer(2), w.boolean(2), x, w.text(2))
	w.printf("switch %s := %s.(type) {\ncase int64:\n%s = %s\ncase string:\n%s = clip(%s)\n}",
		v, x, pick(w, w.stateOf(integer)).text, v, pick(w, w.stateOf(text)).text, v)
	return true
}

// fieldPointer writes through a pointer that leads to one of several places.
func (w *writer) fieldPointer() bool {
	p, ints := w.fresh("p"), w.stateOf(integer)
	w.printf("%s := &%s\nif %s {\n%s = &%s\n}", p, pick(w, ints).text, w.boolean(2), p, pick(w, ints).text)
	w.printf("*%s = %s", p, w.integer(2))
	return true
}

// channel sends values through one that has room for them.
func (w *writer) channel() bool {
	c := w.fresh("c")
	w.printf("%s := make(chan int64, 2)\n%s <- %s\n%s <- %s\nclose(%s)", c, c, w.integer(2), c, w.integer(2), c)
	w.printf("%s = <-%s", pick(w, w.stateOf(integer)).text, c)
	return true
}

// selection takes one of two that are ready, or one of one.
func (w *writer) selection() bool {
	if w.inner >= deepest {
		return false
	}
	a, b, x := w.fresh("c"), w.fresh("c"), w.fresh("x")
	w.printf("%s, %s := make(chan int64, 1), make(chan int64, 1)\n%s <- %s", a, b, a, w.integer(2))
	if w.draws() {
		w.printf("%s <- %s", b, w.integer(2))
	}
	w.printf("select {\ncase %s := <-%s:\n%s = %s\ncase %s := <-%s:\n%s += %s\n}",
		x, a, pick(w, w.stateOf(integer)).text, x, x, b, pick(w, w.stateOf(integer)).text, x)
	return true
}

// goroutines fill slots of their own, or one after the other in any order.
func (w *writer) goroutines() bool {
	if w.loops > 0 || w.closed > 0 {
		return false
	}
	g, out, i, it := w.fresh("g"), w.fresh("o"), w.fresh("i"), w.fresh("x")
	slot := fmt.Sprintf("%s[%s] = strings.ToUpper(%s)", out, i, it)
	if w.draws() {
		mu, next := w.fresh("mu"), w.fresh("next")
		w.printf("var %s sync.Mutex\n%s := 0", mu, next)
		slot = fmt.Sprintf("_ = %s\n%s.Lock()\ndefer %s.Unlock()\n%s[%s] = %s\n%s++", i, mu, mu, out, next, it, next)
	}
	w.printf("var %s sync.WaitGroup\n%s := make([]string, len(req.Items))", g, out)
	w.printf("for %s, %s := range req.Items {\n%s.Go(func() {\n%s\n})\n}\n%s.Wait()", i, it, g, slot, g)
	w.declare(out, texts)
	return true
}

// sorting orders a copy; with ties and unequal elements only if programs may draw, although the result is the same on one machine.
func (w *writer) sorting() bool {
	xs, ok := w.container(integers, texts)
	if !ok {
		return false
	}
	name := w.fresh("v")
	w.printf("%s := slices.Clone(%s)", name, xs.text)
	w.declare(name, xs.typ)
	if w.density > 0 && w.chance(4) && xs.typ == texts {
		w.printf("sort.Slice(%s, func(i, j int) bool { return len(%s[i]) < len(%s[j]) })", name, name, name)
		return true
	}
	w.printf("slices.Sort(%s)", name)
	return true
}
