package generate

import "fmt"

// expression writes one of a type, with at most depth operators inside one another.
func (w *writer) expression(typ string, depth int) string {
	switch typ {
	case integer:
		return w.integer(depth)
	case text:
		return w.text(depth)
	case boolean:
		return w.boolean(depth)
	case integers:
		return w.list(integers, depth)
	case texts:
		return w.list(texts, depth)
	case w.nested():
		return fmt.Sprintf("Nested%d{%s, %s}", w.n, w.integer(depth-1), w.text(depth-1))
	case w.pointer():
		return fmt.Sprintf("&Item%d{A: %s, B: %s}", w.n, w.integer(depth-1), w.text(depth-1))
	default:
		return typ + "{}"
	}
}

// read is a variable or a part of the state of a type, "" if there is none or the request shall do.
func (w *writer) read(typ string) string {
	vars, state := w.locals(typ), w.stateOf(typ)
	if w.chance(4) {
		return ""
	}
	if len(vars) > 0 && w.chance(3) { // the youngest: what a loop or a branch declares is to be used in it
		v := vars[len(vars)-1]
		v.used = true
		return v.text
	}
	k := w.r.IntN(len(vars) + len(state) + 1)
	switch {
	case k < len(vars):
		vars[k].used = true
		return vars[k].text
	case k < len(vars)+len(state):
		return state[k-len(vars)].text
	}
	return ""
}

func (w *writer) integer(depth int) string {
	if w.draws() {
		return pick(w, []string{"now()", "now() % 7", "random(5)", "random(2)"})
	}
	if depth <= 0 || w.chance(3) {
		if s := w.read(integer); s != "" {
			return s
		}
		return pick(w, []string{"req.N", "int64(1)", "int64(2)", "int64(3)", "int64(len(req.Items))"})
	}
	switch w.r.IntN(10) {
	case 0:
		return fmt.Sprintf("(%s + %s)", w.integer(depth-1), w.integer(depth-1))
	case 1:
		return fmt.Sprintf("(%s - %s*3)", w.integer(depth-1), w.integer(depth-1))
	case 2:
		return fmt.Sprintf("below(%s, %d)", w.integer(depth-1), 2+w.r.IntN(6))
	case 3:
		return fmt.Sprintf("int64(len(%s))", w.text(depth-1))
	case 4:
		return fmt.Sprintf("max(%s, %s)", w.integer(depth-1), w.integer(depth-1))
	case 5:
		return fmt.Sprintf("choose(%s, %s, %s)", w.boolean(depth-1), w.integer(depth-1), w.integer(depth-1))
	case 6:
		if m := w.read(counts); m != "" {
			return w.lengthOr(m, func() string { return fmt.Sprintf("%s[keyOf(%s)]", m, w.text(depth-1)) })
		}
	case 7:
		if xs := w.read(integers); xs != "" {
			return w.lengthOr(xs, func() string { return fmt.Sprintf("at(%s, %s)", xs, w.integer(depth-1)) })
		}
	case 8:
		if c := w.callOf(integer, depth); c != "" {
			return c
		}
	case 9:
		return fmt.Sprintf("digest(%s)", w.text(depth-1))
	}
	return w.integer(depth - 1)
}

// lengthOr is the container's length or an element.
func (w *writer) lengthOr(container string, element func() string) string {
	if w.chance(2) {
		return fmt.Sprintf("int64(len(%s))", container)
	}
	return element()
}

func (w *writer) text(depth int) string {
	if depth <= 0 || w.chance(3) {
		if s := w.read(text); s != "" {
			return s
		}
		return pick(w, []string{"req.Key", `"a"`, `"bc"`})
	}
	switch w.r.IntN(7) {
	case 0:
		return fmt.Sprintf("clip(%s + %s)", w.text(depth-1), w.text(depth-1))
	case 1:
		return fmt.Sprintf("fmt.Sprint(%s)", w.integer(depth-1))
	case 2:
		return fmt.Sprintf("strconv.FormatInt(%s, 36)", w.integer(depth-1))
	case 3:
		return fmt.Sprintf("strings.ToUpper(%s)", w.text(depth-1))
	case 4:
		if m := w.read(labels); m != "" {
			return fmt.Sprintf("%s[below(%s, 8)]", m, w.integer(depth-1))
		}
	case 5:
		if xs := w.read(texts); xs != "" {
			return fmt.Sprintf("at(%s, %s)", xs, w.integer(depth-1))
		}
	case 6:
		if c := w.callOf(text, depth); c != "" {
			return c
		}
	}
	return w.text(depth - 1)
}

func (w *writer) boolean(depth int) string {
	if w.draws() {
		return pick(w, []string{"random(2) == 0", "now()%3 == 0"})
	}
	if depth <= 0 {
		if s := w.read(boolean); s != "" {
			return s
		}
		return "req.N > 2"
	}
	switch w.r.IntN(8) {
	case 0:
		return fmt.Sprintf("(%s && %s)", w.boolean(depth-1), w.boolean(depth-1))
	case 1:
		return fmt.Sprintf("(%s || %s)", w.boolean(depth-1), w.boolean(depth-1))
	case 2:
		return fmt.Sprintf("!(%s)", w.boolean(depth-1))
	case 3:
		return fmt.Sprintf("%s < %s", w.integer(depth-1), w.integer(depth-1))
	case 4:
		return fmt.Sprintf("strings.Contains(%s, %s)", w.text(depth-1), w.text(depth-1))
	case 5:
		if m := w.read(presences); m != "" {
			return fmt.Sprintf("%s[keyOf(%s)]", m, w.text(depth-1))
		}
	case 6:
		if m := w.read(counts); m != "" {
			return fmt.Sprintf("has(%s, keyOf(%s))", m, w.text(depth-1))
		}
	case 7:
		if s := w.read(boolean); s != "" {
			return s
		}
	}
	return fmt.Sprintf("%s == %s", w.text(depth-1), w.text(depth-1))
}

// list is a slice that shares no memory with another one.
func (w *writer) list(typ string, depth int) string {
	elem := typ[2:]
	if w.chance(2) {
		if xs := w.read(typ); xs != "" {
			return fmt.Sprintf("last(append(slices.Clone(%s), %s))", xs, w.expression(elem, depth-1))
		}
	}
	return fmt.Sprintf("%s{%s, %s}", typ, w.expression(elem, depth-1), w.expression(elem, depth-1))
}

// callOf is a call of a helper with one result of the type, "" if there is none.
func (w *writer) callOf(typ string, depth int) string {
	if w.loops > 0 {
		return "" // so that the cost stays small
	}
	var fit []helper
	for _, h := range w.helpers {
		if len(h.results) == 1 && h.results[0] == typ {
			fit = append(fit, h)
		}
	}
	if len(fit) == 0 {
		return ""
	}
	return w.call(pick(w, fit), depth)
}

func (w *writer) call(h helper, depth int) string {
	s := h.name + "("
	for i, p := range h.params {
		if i > 0 {
			s += ", "
		}
		switch p {
		case w.service():
			s += "s"
		case "Request":
			s += "req"
		default:
			s += w.expression(p, depth-1)
		}
	}
	return s + ")"
}

func (w *writer) service() string { return "*" + w.named("Service") }
