package generate

import "fmt"

// failure makes an error, or none, and asks which.
func (w *writer) failure() bool {
	f, v, err := w.fresh("f"), w.fresh("v"), w.fresh("err")
	w.printf("%s := func(%s int64) error {\nif %s %% 2 == 0 {\nreturn nil\n}\nreturn fmt.Errorf(\"odd: %%w\", failed(%s))\n}", f, v, v, v)
	w.printf("if %s := %s(%s); %s != nil {", err, f, w.integer(2), err)
	switch w.r.IntN(3) {
	case 0:
		w.printf("%s = clip(%s.Error())", pick(w, w.stateOf(text)).text, err)
	case 1:
		as := w.fresh("as")
		w.printf("var %s failed\nif errors.As(%s, &%s) {\n%s = int64(%s)\n}", as, err, as, pick(w, w.stateOf(integer)).text, as)
	default:
		w.assign()
	}
	w.printf("}")
	return true
}

// iterator ranges over a function, which counts.
func (w *writer) iterator() bool {
	if !w.mayLoop() {
		return false
	}
	yield, i, x := w.fresh("yield"), w.fresh("i"), w.fresh("x")
	head := fmt.Sprintf("for %s := range func(%s func(int64) bool) {\nfor %s := range below(%s, 4) {\nif !%s(%s + %s) {\nreturn\n}\n}\n}",
		x, yield, i, w.integer(1), yield, i, w.integer(1))
	w.loop(head, func() { w.declare(x, integer) }, w.statement)
	return true
}

// alias writes an element through a second name of the slice.
func (w *writer) alias() bool {
	xs, ok := w.container(integers, texts)
	if !ok {
		return false
	}
	name := w.fresh("v")
	w.printf("%s := %s\nif len(%s) > 1 {\n%s = %s[1:]\n%s[0] = %s\n}", name, xs.text, name, name, name, name, w.value(xs.typ))
	return true
}

// array writes an element and reads one.
func (w *writer) array() bool {
	a, b := w.fresh("a"), w.fresh("a")
	w.printf("%s := [3]int64{%s, %s}\n%s := %s", a, w.integer(1), w.integer(1), b, a)
	w.printf("%s[below(%s, 3)] = %s", b, w.integer(1), w.integer(2))
	w.printf("%s = %s[below(%s, 3)] + %s[2]", pick(w, w.stateOf(integer)).text, b, w.integer(1), a)
	return true
}

// method calls one with a pointer to a part of the state.
func (w *writer) method() bool {
	if p, ok := w.container(w.nested()); ok {
		w.printf("%s.bump(%s)", p.text, w.integer(2))
		return true
	}
	p, ok := w.container(w.pointer())
	if ok {
		w.printf("%s.push(%s)", p.text, w.integer(2))
	}
	return ok
}

// swap exchanges two parts of the state.
func (w *writer) swap() bool {
	t := pick(w, []string{integer, text})
	a, b := pick(w, w.stateOf(t)), pick(w, w.stateOf(t))
	if a == b {
		return false
	}
	w.printf("%s, %s = %s, %s", a.text, b.text, b.text, a.text)
	return true
}

// letters ranges over text.
func (w *writer) letters() bool {
	if !w.mayLoop() {
		return false
	}
	r := w.fresh("l")
	w.printf("for _, %s := range %s {\n%s += int64(%s)\n}", r, w.text(2), pick(w, w.stateOf(integer)).text, r)
	return true
}

// demanded calls a function that panics unless a condition holds, and goes on after it or does not.
func (w *writer) demanded() bool {
	if w.inner >= deepest || w.loops > 0 {
		return false
	}
	w.printf("func() {\ndefer func() { _ = recover() }()")
	w.literal(func() {
		w.printf("demand(%s)", w.boolean(2))
		w.statement()
	})
	w.printf("}()")
	return true
}
