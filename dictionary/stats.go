package dictionary

import "strings"

// Stats counts what is known of the exported functions, methods and variables of the standard library.
type Stats struct {
	Functions, Methods, Variables int
	Packages                      int
	Verdicts                      map[string]int            // by verdict
	Kinds                         map[string]int            // by kind; a function may have several
	Families                      map[string]map[string]int // by the first element of the path, then by verdict
	Others                        int                       // packages of other modules that the data speaks of
	Unknown                       int
}

// Stats counts the verdicts.
func (d *Dictionary) Stats() Stats {
	s := Stats{Verdicts: map[string]int{}, Kinds: map[string]int{}, Families: map[string]map[string]int{}}
	for _, path := range stdPaths() {
		s.Packages++
		p := derivedPackage(path)
		for name, f := range p.funcs {
			sym := split(path, name)
			if sym.recv == "" {
				s.Functions++
			} else {
				s.Methods++
			}
			fn, known := d.lookup(sym, f.writesReceiver())
			x := Explanation{Func: fn, Abstract: f.abstract}
			s.count(path, x, known)
		}
		for name := range p.vars {
			s.Variables++
			fn, known := d.lookupVar(symbol{path: path, name: name})
			s.count(path, Explanation{Func: fn}, known)
		}
	}
	for _, l := range d.layers {
		for path := range l.exact {
			if derivedPackage(path) == nil {
				s.Others++
			}
		}
		s.Others += len(l.prefix)
	}
	return s
}

func (s *Stats) count(path string, x Explanation, known bool) {
	if !known {
		s.Unknown++
		return
	}
	v := x.Verdict()
	s.Verdicts[v]++
	for _, k := range x.Func.Kinds {
		s.Kinds[k]++
	}
	family, _, _ := strings.Cut(path, "/")
	if s.Families[family] == nil {
		s.Families[family] = map[string]int{}
	}
	s.Families[family][v]++
}
