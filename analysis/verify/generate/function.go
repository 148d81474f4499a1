package generate

import (
	"fmt"
	"strings"
)

// handler writes an entry.
func (w *writer) handler(i int) {
	w.begin(3 + w.r.IntN(6))
	w.printf("func (s *Service%d) Handle%d(req Request) (reply int64) {", w.n, i)
	w.results = []string{integer}
	last := ""
	w.block(func() {
		w.declare("reply", integer).used = true
		w.statements()
		last = w.integer(1)
	})
	w.printf("return reply + %s\n}\n", last)
}

// begin starts a function with so many statements.
func (w *writer) begin(budget int) {
	w.activate()
	w.budget, w.loops, w.names, w.inner, w.closed = budget, 0, 0, 0, 0
	w.scopes = [][]*variable{nil}
}

// helper writes a function that handlers and later helpers call.
func (w *writer) helper(i int) {
	h := helper{name: fmt.Sprintf("s.help%d", i)}
	for range w.r.IntN(3) {
		h.params = append(h.params, pick(w, plainTypes))
	}
	h.results = []string{pick(w, []string{integer, text})}
	if w.chance(3) {
		h.results = append(h.results, pick(w, plainTypes))
	}
	recv := fmt.Sprintf("(s *Service%d) help%d", w.n, i)
	if w.chance(3) { // a function instead of a method
		h.name = fmt.Sprintf("help%d_%d", w.n, i)
		h.params = append([]string{w.service()}, h.params...)
		recv = h.name
	}
	h.params = append(h.params, "Request")
	w.begin(1 + w.r.IntN(4))
	w.results = h.results
	var params, out []string
	w.block(func() {
		for j, p := range h.params {
			name := fmt.Sprintf("arg%d", j)
			switch p {
			case w.service():
				name = "s"
			case "Request":
				name = "req"
			default:
				w.declare(name, p).used = true
			}
			params = append(params, name+" "+p)
		}
		w.printf("func %s(%s) (%s) {", recv, strings.Join(params, ", "), w.resultNames(h))
		if w.chance(3) {
			w.printf("defer func() { r0 = %s }()", w.ofResult(h.results[0]))
		}
		w.statements()
		for _, t := range h.results {
			out = append(out, w.expression(t, 2))
		}
	})
	w.printf("return %s\n}\n", strings.Join(out, ", "))
	w.helpers = append(w.helpers, h)
}

func (w *writer) resultNames(h helper) string {
	var out []string
	for i, t := range h.results {
		out = append(out, fmt.Sprintf("r%d %s", i, t))
	}
	return strings.Join(out, ", ")
}

// ofResult changes the first result after the body has set it.
func (w *writer) ofResult(typ string) string {
	if typ == text {
		return fmt.Sprintf("clip(r0 + %s)", w.text(1))
	}
	return fmt.Sprintf("r0 + %s", w.integer(1))
}
