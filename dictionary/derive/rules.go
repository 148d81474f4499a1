package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/dictionary"
)

// rules is what the data files say.
type rules struct {
	calls     map[int]syscallRule
	gates     map[string]bool // functions that make the system call of their first argument
	roots     []*root         // most specific first
	adds      []*root         // functions whose bodies are followed, and which are sources besides
	barriers  []*barrier
	quiet     map[string]bool // methods whose results depend on their receivers alone, whatever they are
	observers map[string]bool // methods of interfaces that do not write their receivers
	readers   map[string]bool // methods of interfaces that do not write their arguments
}

// syscallRule is one system call.
type syscallRule struct {
	name            string
	kind            deps
	external, fills bool
}

// root is a function whose body is not followed: it has none, or belongs to the runtime.
type root struct {
	pattern string
	kinds   deps
	writes  []int // operands, counted from the receiver on
	calls   []int
	goes    []int
	alias   bool // results may be operands, or what they lead to
	acts    bool
	used    bool
}

// barrier says why kinds of sources do not leave a function.
type barrier struct {
	pattern  string
	kinds    deps
	external bool
	reason   string
	used     bool
}

func readRules(dir string) (*rules, error) {
	r := &rules{calls: map[int]syscallRule{}, gates: map[string]bool{}, readers: map[string]bool{}, quiet: map[string]bool{}, observers: map[string]bool{}}
	for name, line := range map[string]func([]string) error{
		"syscalls.txt": r.syscall, "roots.txt": r.root, "barriers.txt": r.barrier,
	} {
		if err := table(filepath.Join(dir, name), line); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(r.roots, func(a, b *root) int { return len(b.pattern) - len(a.pattern) })
	return r, nil
}

// table reads lines of fields that tabs separate; # begins a comment.
func table(name string, line func([]string) error) error {
	b, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	for i, l := range strings.Split(string(b), "\n") {
		if l == "" || l[0] == '#' {
			continue
		}
		if err := line(strings.Split(l, "\t")); err != nil {
			return fmt.Errorf("%s:%d: %w", name, i+1, err)
		}
	}
	return nil
}

func (r *rules) syscall(f []string) error {
	if len(f) < 3 {
		return fmt.Errorf("want number, name, kind and flags")
	}
	n, err := strconv.Atoi(f[0])
	if err != nil {
		return err
	}
	k, _, err := kindSet(f[2])
	s := syscallRule{name: f[1], kind: k}
	for _, flag := range f[3:] {
		s.external = s.external || flag == "external"
		s.fills = s.fills || flag == "fills"
	}
	r.calls[n] = s
	return err
}

func (r *rules) root(f []string) error {
	if len(f) < 2 {
		return fmt.Errorf("want name and kinds")
	}
	k, ext, err := kindSet(f[1])
	if err != nil {
		return err
	}
	if f[0] == "gate" {
		r.gates[f[1]] = true
	}
	x := &root{pattern: f[0], kinds: k, acts: ext}
	for _, o := range f[2:] {
		name, arg, _ := strings.Cut(o, "=")
		n, _ := strconv.Atoi(arg)
		switch name {
		case "writes":
			x.writes = append(x.writes, n)
		case "calls":
			x.calls = append(x.calls, n)
		case "goes":
			x.goes = append(x.goes, n)
		case "alias":
			x.alias = true
		case "gate":
			r.gates[f[0]] = true
		case "follow":
			r.adds = append(r.adds, x)
			return nil
		case "reads":
			r.readers[f[0]] = true
			return nil
		case "observes":
			r.readers[f[0]], r.observers[f[0]] = true, true
			return nil
		case "quiet":
			r.readers[f[0]], r.observers[f[0]], r.quiet[f[0]] = true, true, true
			return nil
		default:
			return fmt.Errorf("unknown option %q", o)
		}
	}
	r.roots = append(r.roots, x)
	return nil
}

func (r *rules) barrier(f []string) error {
	if len(f) != 3 {
		return fmt.Errorf("want name, kinds and reason")
	}
	k, ext, err := kindSet(f[1])
	r.barriers = append(r.barriers, &barrier{pattern: f[0], kinds: k, external: ext, reason: f[2]})
	return err
}

// kindSet reads kinds that commas separate; "all" is all of them, "-" is none, "external" an effect.
func kindSet(s string) (d deps, external bool, err error) {
	if s == "-" {
		return 0, false, nil
	}
	for k := range strings.SplitSeq(s, ",") {
		switch {
		case k == "external":
			external = true
		case k == "all":
			d |= ^operandDeps
			external = true
		case slices.Contains(dictionary.Kinds(), k):
			d |= bit(k)
		default:
			return 0, false, fmt.Errorf("unknown kind %q", k)
		}
	}
	return d, external, nil
}

func bit(kind string) deps { return 1 << (kindBit + slices.Index(dictionary.Kinds(), kind)) }

func matches(pattern, name string) bool {
	if p, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(name, p)
	}
	rest, ok := strings.CutPrefix(name, pattern)
	return ok && (rest == "" || rest[0] == '$' || rest[0] == '[')
}

// rootOf returns the root that a function is, nil if its body is to be followed.
func (r *rules) rootOf(fn *ssa.Function) *root {
	name := fn.String()
	for _, x := range r.roots {
		if matches(x.pattern, name) {
			x.used = true
			return x
		}
	}
	return nil
}

func (r *rules) barriersOf(name string) []*barrier {
	var out []*barrier
	for _, b := range r.barriers {
		if matches(b.pattern, name) {
			out = append(out, b)
		}
	}
	return out
}

// unused lists roots that name nothing and barriers that stop nothing.
func (r *rules) unused() []string {
	var out []string
	for _, x := range append(slices.Clone(r.roots), r.adds...) {
		if !x.used {
			out = append(out, x.pattern)
		}
	}
	for _, b := range r.barriers {
		if !b.used {
			out = append(out, b.pattern)
		}
	}
	return out
}
