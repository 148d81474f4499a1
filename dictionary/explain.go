package dictionary

import (
	"fmt"
	"strings"
	"sync"
)

// Explanation says why a symbol has its verdict.
type Explanation struct {
	Symbol   string
	Variable bool
	Abstract bool // a method of an interface: what happens is up to whoever implements it
	Func     Func
	Said     string    // the file that says it; "" if it was derived, or if nothing more is said than that the package is known
	Chains   []Chain   // how sources reach it, one for each kind
	Barriers []Barrier // what keeps sources from reaching it
}

// Verdict is the function's; a method of an interface calls whoever implements it.
func (x *Explanation) Verdict() string {
	if v := x.Func.Verdict(); !x.Abstract || x.Func.Superficial || v == "source" || v == "external" {
		return v
	}
	return "calls"
}

// Chain leads from a function, by calls and variables, to the root that a kind comes from.
type Chain struct {
	Kind  string
	Steps []string
	Root  string // "root" stands for the last step itself
}

// Barrier is where kinds of sources stop.
type Barrier struct {
	Name, Kinds, Reason string
}

// Explain explains the verdict of a symbol, which is written as time.Now or (*net/http.Client).Do. The error for a symbol that is not known is
// one line and suggests others.
func (d *Dictionary) Explain(text string) (*Explanation, error) {
	s, pointer, err := parseSymbol(text)
	if err != nil {
		return nil, err
	}
	x := &Explanation{Symbol: text}
	p := derivedPackage(s.path)
	var f stdFunc
	inStd := false
	if p != nil {
		if f, inStd = p.funcs[s.local()]; !inStd {
			f, inStd = p.vars[s.local()]
			x.Variable = inStd
		}
	}
	if inStd {
		pointer = f.writesReceiver()
	}
	known := false
	if x.Variable {
		x.Func, known = d.lookupVar(s)
	} else {
		x.Func, known = d.lookup(s, pointer)
	}
	if !known || p != nil && !inStd {
		return nil, d.unknown(text, s)
	}
	x.Abstract = f.abstract
	x.Said = d.saidIn(s, x.Variable)
	x.Chains = chainsOf(s, x.Func.Kinds)
	x.Barriers = barriersNamed(f.stops)
	return x, nil
}

func (d *Dictionary) unknown(text string, s symbol) error {
	if near := d.nearest(s); len(near) > 0 {
		return fmt.Errorf("%s is not known: did you mean %s?", text, strings.Join(near, " or "))
	}
	return fmt.Errorf("%s is not known", text)
}

// saidIn is the data file that speaks of the symbol.
func (d *Dictionary) saidIn(s symbol, variable bool) string {
	for _, l := range d.layers {
		e := l.pkg(s.path)
		if e == nil {
			continue
		}
		_, how := e.find(s.recv, s.name)
		said := how != unsaid
		if variable {
			_, said = e.Vars[s.name]
		}
		if said || derivedPackage(s.path) == nil {
			return e.file
		}
	}
	return ""
}

// steps are the next steps of all chains: by function or variable, then by kind.
var steps = sync.OnceValue(func() map[string]map[string]string {
	b, _ := derived.ReadFile("std/chains.txt")
	out := map[string]map[string]string{}
	for line := range strings.Lines(string(b)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		out[fields[0]] = map[string]string{}
		for _, f := range fields[1:] {
			kind, next, _ := strings.Cut(f, ">")
			out[fields[0]][kind] = next
		}
	}
	return out
})

func chainsOf(s symbol, kinds []string) []Chain {
	var out []Chain
	for _, k := range kinds {
		for _, name := range s.spellings() {
			if steps()[name][k] != "" {
				out = append(out, chain(name, k))
				break
			}
		}
	}
	return out
}

// spellings are the ways in which SSA may print the symbol.
func (s symbol) spellings() []string {
	if s.recv == "" {
		return []string{s.path + "." + s.name}
	}
	return []string{"(*" + s.path + "." + s.recv + ")." + s.name, "(" + s.path + "." + s.recv + ")." + s.name}
}

func chain(name, kind string) Chain {
	c := Chain{Kind: kind}
	for range len(steps()) { // data that goes round would not end
		c.Steps = append(c.Steps, name)
		next := steps()[name][kind]
		if steps()[next][kind] == "" {
			c.Root = next
			break
		}
		name = next
	}
	return c
}

func barriersNamed(names []string) []Barrier {
	if len(names) == 0 {
		return nil
	}
	b, _ := derived.ReadFile("data/barriers.txt")
	reasons := map[string][]Barrier{}
	for line := range strings.Lines(string(b)) {
		if f := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(f) == 3 {
			reasons[f[0]] = append(reasons[f[0]], Barrier{f[0], f[1], f[2]})
		}
	}
	var out []Barrier
	for _, n := range names {
		out = append(out, reasons[n]...)
	}
	return out
}
