package generate

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// writer writes one program.
type writer struct {
	r       *rand.Rand
	n       int     // the program's number
	density float64 // how often an expression or statement is a source; 0: never
	out     strings.Builder
	fields  []place
	helpers []helper // those that are complete, and may be called

	active  []place // the fields that the function uses, so that what is contaminated does not reach all
	scopes  [][]*variable
	results []string // of the function
	names   int
	budget  int // statements that are left to the function
	loops   int // loops around the statement
	inner   int // functions and branches around the statement
	closed  int // function literals around the statement
}

// place is something of a type that can be written or read: "s.F1" of type int64.
type place struct {
	text, typ string
}

// variable is a local one.
type variable struct {
	place
	used bool
}

// helper is a function that later ones may call with arguments of these types.
type helper struct {
	name    string
	params  []string
	results []string
}

const (
	integer   = "int64"
	text      = "string"
	boolean   = "bool"
	integers  = "[]int64"
	texts     = "[]string"
	counts    = "map[string]int64"
	labels    = "map[int64]string"
	presences = "map[string]bool"
)

var plainTypes = []string{integer, integer, text, boolean}

var fieldTypes = []string{integer, integer, integer, text, text, boolean, integers, texts, counts, counts, labels, presences}

// named is a type of the program's own.
func (w *writer) named(kind string) string { return fmt.Sprintf("%s%d", kind, w.n) }

func (w *writer) items() string    { return "map[string]*" + w.named("Item") }
func (w *writer) nested() string   { return w.named("Nested") }
func (w *writer) pointer() string  { return "*" + w.named("Item") }
func (w *writer) elements() string { return "[]" + w.named("Nested") }

// itemFields and nestedFields are those of the two struct types, which every program has.
var (
	itemFields   = []place{{"A", integer}, {"B", text}, {"On", boolean}, {"Log", integers}}
	nestedFields = []place{{"X", integer}, {"Y", text}}
)

func (w *writer) chooseFields() []place {
	types := []string{integer, integer, integer, text, text, counts}
	for range 1 + w.r.IntN(6) {
		types = append(types, fieldTypes[w.r.IntN(len(fieldTypes))])
	}
	for _, t := range []string{w.items(), w.nested(), w.pointer(), w.elements()} {
		if w.r.IntN(2) == 0 {
			types = append(types, t)
		}
	}
	var out []place
	for i, t := range types {
		out = append(out, place{fmt.Sprintf("F%d", i+1), t})
	}
	return out
}

// activate chooses the fields that a function uses: a number, a text, and some others.
func (w *writer) activate() {
	w.active = []place{w.fields[w.r.IntN(3)], w.fields[3+w.r.IntN(2)]}
	for _, f := range w.fields[5:] {
		if w.chance(2) {
			w.active = append(w.active, f)
		}
	}
}

func (w *writer) printf(format string, args ...any) { fmt.Fprintf(&w.out, format+"\n", args...) }

// chance is true in one of n cases.
func (w *writer) chance(n int) bool { return w.r.IntN(n) == 0 }

// draws says that a source belongs here.
func (w *writer) draws() bool { return w.r.Float64() < w.density }

func pick[T any](w *writer, xs []T) T { return xs[w.r.IntN(len(xs))] }

// fresh is a name that the function does not have.
func (w *writer) fresh(prefix string) string {
	w.names++
	return fmt.Sprintf("%s%d", prefix, w.names)
}

// declare puts a variable into the innermost scope.
func (w *writer) declare(name, typ string) *variable {
	v := &variable{place: place{name, typ}}
	w.scopes[len(w.scopes)-1] = append(w.scopes[len(w.scopes)-1], v)
	return v
}

// block writes statements in a scope of their own, and uses what they leave unused.
func (w *writer) block(body func()) {
	w.scopes = append(w.scopes, nil)
	body()
	last := w.scopes[len(w.scopes)-1]
	w.scopes = w.scopes[:len(w.scopes)-1]
	for _, v := range last {
		if !v.used {
			w.printf("_ = %s", v.text)
		}
	}
}

// locals are the variables of a type that are in scope.
func (w *writer) locals(typ string) []*variable {
	var out []*variable
	for _, s := range w.scopes {
		for _, v := range s {
			if v.typ == typ {
				out = append(out, v)
			}
		}
	}
	return out
}

// stateOf are the parts of the service of a type, those in its nested structs included.
func (w *writer) stateOf(typ string) []place {
	var out []place
	for _, f := range w.active {
		switch f.typ {
		case typ:
			out = append(out, place{"s." + f.text, typ})
		case w.nested():
			for _, p := range nestedFields {
				if p.typ == typ {
					out = append(out, place{"s." + f.text + "." + p.text, typ})
				}
			}
		}
	}
	return out
}

// types writes the program's types and its constructor.
func (w *writer) types() {
	w.printf("// Service%d is the state of program %d.\ntype Service%d struct {", w.n, w.n, w.n)
	for _, f := range w.fields {
		w.printf("%s %s", f.text, f.typ)
	}
	w.printf("}\n")
	w.structType("Item", itemFields)
	w.structType("Nested", nestedFields)
	w.printf("func (it *Item%d) push(v int64) {\nit.A += v\nit.Log = last(append(it.Log, it.A))\n}\n", w.n)
	w.printf("func (n *Nested%d) bump(v int64) { n.X += v }\n", w.n)
	w.printf("func newService%d() *Service%d {\nreturn &Service%d{", w.n, w.n, w.n)
	for _, f := range w.fields {
		switch {
		case f.typ == w.pointer():
			w.printf("%s: &Item%d{},", f.text, w.n)
		case strings.HasPrefix(f.typ, "map["):
			w.printf("%s: %s{},", f.text, f.typ)
		}
	}
	w.printf("}\n}\n")
	w.printf("type shape%d interface{ size(v int64) int64 }\n", w.n)
	w.printf("type square%d struct{ by int64 }\n", w.n)
	w.printf("func (q square%d) size(v int64) int64 { return v*v + q.by }\n", w.n)
	w.printf("type strip%d struct{ by int64 }\n", w.n)
	w.printf("func (q *strip%d) size(v int64) int64 {\nq.by++\nreturn v + q.by\n}\n", w.n)
}

func (w *writer) structType(kind string, fields []place) {
	w.printf("type %s%d struct {", kind, w.n)
	for _, f := range fields {
		w.printf("%s %s", f.text, f.typ)
	}
	w.printf("}\n")
}

// header is the package clause with the imports that the text names.
func (w *writer) header() string {
	var b strings.Builder
	b.WriteString("package main\n\nimport (\n")
	for _, p := range []string{"errors", "fmt", "slices", "sort", "strconv", "strings", "sync"} {
		if strings.Contains(w.out.String(), p+".") {
			fmt.Fprintf(&b, "\t%q\n", p)
		}
	}
	b.WriteString(")\n\n")
	return strings.Replace(b.String(), "import (\n)\n\n", "", 1)
}
