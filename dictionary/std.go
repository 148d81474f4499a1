package dictionary

import (
	"embed"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:generate go run ./derive

//go:embed std data/*.txt
var derived embed.FS

// stdPackage is what was derived for a package of the standard library.
type stdPackage struct {
	funcs map[string]stdFunc
	vars  map[string]stdFunc
}

// stdFunc is a derived verdict. Abstract is a method of an interface. Stops are the barriers that keep sources in.
type stdFunc struct {
	Func
	abstract bool
	unknown  bool
	stops    []string
}

// std reads packages as they are asked for, each once. The file of a package takes well under a millisecond.
var std = struct {
	sync.Mutex
	pkgs map[string]*stdPackage
}{pkgs: map[string]*stdPackage{}}

// derivedPackage returns nil for packages that are not the standard library's.
func derivedPackage(path string) *stdPackage {
	std.Lock()
	defer std.Unlock()
	p, ok := std.pkgs[path]
	if !ok {
		if b, err := derived.ReadFile("std/" + path + ".txt"); err == nil {
			p = parseStd(string(b))
		}
		std.pkgs[path] = p
	}
	return p
}

func parseStd(text string) *stdPackage {
	p := &stdPackage{funcs: map[string]stdFunc{}, vars: map[string]stdFunc{}}
	for line := range strings.Lines(text) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		fn := parseVerdict(fields[1:])
		if name, ok := strings.CutPrefix(fields[0], "var "); ok {
			p.vars[name] = fn
		} else {
			p.funcs[fields[0]] = fn
		}
	}
	return p
}

func parseVerdict(fields []string) stdFunc {
	var f stdFunc
	for _, field := range fields {
		name, value, _ := strings.Cut(field, "=")
		switch name {
		case "kinds":
			f.Kinds = strings.Split(value, ",")
		case "external":
			f.External = true
		case "results":
			f.Results = [][]int{}
			if value == "" {
				continue
			}
			for r := range strings.SplitSeq(value, ";") {
				f.Results = append(f.Results, operands(r))
			}
		case "mutates":
			f.Mutates = operands(value)
		case "calls":
			f.Calls = operands(value)
		case "goes":
			f.Goes = operands(value)
		case "pure":
			f.Pure = true
		case "bytes":
			f.Bytes = true
		case "fresh":
			f.Fresh = true
		case "apart":
			f.Fresh, f.Apart = true, true
		case "abstract":
			f.abstract = true
		case "unknown":
			f.unknown = true
		case "stops":
			f.stops = strings.Split(value, ",")
		}
	}
	return f
}

func operands(s string) []int {
	out := []int{}
	for n := range strings.SplitSeq(s, ",") {
		if i, err := strconv.Atoi(n); err == nil {
			out = append(out, i)
		}
	}
	return out
}

// harmless reports whether nothing nondeterministic can come of the function, whatever it is given.
func (d stdFunc) harmless() bool {
	return d.Func.complete(false).Source == "" && !d.External && len(d.Calls)+len(d.Goes) == 0 && !d.abstract
}

// writesReceiver reports whether the receiver is a pointer or interface.
func (d stdFunc) writesReceiver() bool {
	return d.Pure || d.abstract || slices.Contains(d.Mutates, -1)
}

// fill says of a function of the standard library what the hand-written data leaves open.
func (f Func) fill(d stdFunc, how said) Func {
	if how == byPattern && (f.Source != "" || f.External) && d.harmless() { // a pattern speaks of most that it fits
		how = unsaid
	}
	if how == byPattern && f.Source != "" { // the kind that a family shares, and what else reaches this one
		f.Kinds = append([]string{f.Source}, slices.DeleteFunc(slices.Clone(d.Kinds), func(k string) bool { return k == f.Source })...)
	}
	if how != unsaid {
		if len(f.Calls)+len(f.Goes)+len(f.Asks) == 0 && len(f.Mutates) > 0 && !f.Superficial {
			f.Calls = d.Calls
		}
		if f.Results == nil {
			f.Results = d.Results
		}
		return f
	}
	out := d.Func
	out.Bytes = d.Bytes || f.Bytes
	out.Asks = f.Asks
	if len(f.Asks) > 0 { // what it calls of its operands is said by name
		out.Calls = nil
	}
	out.Mutates = slices.Clone(d.Mutates)
	return out
}
