package analysis_test

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/midas-tiers/midas/analysis/source"
)

// profileCase is one case of an archive: the lines from its name on.
type profileCase struct {
	name        string
	file        string // as reports name it
	first, last int
	expect      []expectation
}

// expectation is what one comment says of its line.
type expectation struct {
	line    int
	verb    string   // source, may, contaminated, clean, unknown
	tag     string   // one of several
	kinds   []string // of source, may; of contaminated: those it is from
	class   string
	must    string   // "", "must", "may"
	entry   string   // of a source: what it is to this one; "" is all of them
	names   []string // patterns: what a source reaches; how a write is contaminated
	open    bool     // names end in ...
	field   string   // pattern, "" is any
	written string
}

var (
	caseLine    = regexp.MustCompile(`^// case (\S+)$`)
	expectLine  = regexp.MustCompile(`// ((?:source|may|contaminated|clean|unknown)\b.*)$`)
	sourceForm  = regexp.MustCompile(`^([a-z |-]+?) (first-hand|superficial)(?: (must|may))?(?: in (\S+))?(?: -> (.+))?$`)
	writeForm   = regexp.MustCompile(`^((?:value|location|occurrence|\.\.\.)(?:, (?:value|location|occurrence|\.\.\.))*)(?: of (\S+))?(?: from (.+))?$`)
	sourceKinds = []source.Kind{source.Time, source.Random, source.MapOrder, source.Select, source.GoroutineOrder, source.LockOrder, source.ChannelOrder,
		source.Environment, source.Host, source.File, source.Network, source.Process, source.Address, source.Runtime, source.Pool, source.Signal,
		source.Finalizer, source.UnstableSort, source.FloatOrder, source.Deadline, source.Background, source.ProcessLocal, source.SQL, source.Architecture}
)

// parse reads the cases of the archive's Go files.
func (c *profileCases) parse() ([]*profileCase, error) {
	var out []*profileCase
	names := map[string]bool{}
	for _, f := range c.files {
		if !strings.HasSuffix(f.Name, ".go") {
			continue
		}
		cases, err := parseCases(path.Join(c.name, f.Name), string(f.Data))
		if err != nil {
			return nil, err
		}
		for _, k := range cases {
			if names[k.name] {
				return nil, fmt.Errorf("%s: two cases are called %s", f.Name, k.name)
			}
			names[k.name] = true
			if len(k.expect) == 0 {
				return nil, fmt.Errorf("%s: case %s expects nothing", f.Name, k.name)
			}
		}
		out = append(out, cases...)
	}
	return out, nil
}

func parseCases(file, text string) ([]*profileCase, error) {
	var out []*profileCase
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if m := caseLine.FindStringSubmatch(line); m != nil {
			out = append(out, &profileCase{name: m[1], file: file, first: i + 1})
			continue
		}
		if len(out) > 0 {
			out[len(out)-1].last = i + 1
		}
		m := expectLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		if len(out) == 0 {
			return nil, fmt.Errorf("%s:%d: an expectation before the first case", file, i+1)
		}
		k := out[len(out)-1]
		for _, s := range strings.Split(m[1], "; ") {
			e, err := parseExpectation(s, "example.com/case/"+path.Dir(file))
			if err != nil {
				return nil, fmt.Errorf("%s:%d: %w", file, i+1, err)
			}
			e.line = i + 1
			k.expect = append(k.expect, e)
		}
	}
	return out, nil
}

func parseExpectation(s, pkg string) (expectation, error) {
	e := expectation{written: s}
	verb, rest, _ := strings.Cut(s, " ")
	verb, tag, _ := strings.Cut(verb, "(")
	e.verb, e.tag = verb, strings.TrimSuffix(tag, ")")
	if rest == "" && verb != "clean" && verb != "unknown" || rest != "" && (verb == "clean" || verb == "unknown") {
		return e, fmt.Errorf("not an expectation: %q", s)
	}
	switch e.verb {
	case "clean", "unknown":
		return e, nil
	case "may":
		e.kinds = strings.Split(rest, "|")
		return e, knownKinds(e.kinds)
	case "contaminated":
		if m := writeForm.FindStringSubmatch(rest); m != nil {
			e.names, e.open = openList(m[1], "")
			e.field = strings.ReplaceAll(m[2], "@", pkg)
			if m[3] != "" {
				e.kinds = strings.Split(m[3], "|")
			}
			return e, knownKinds(e.kinds)
		}
	default:
		if m := sourceForm.FindStringSubmatch(rest); m != nil && (m[2] == "first-hand") == (m[5] != "") {
			e.kinds, e.class, e.must, e.entry = strings.Split(m[1], "|"), m[2], m[3], strings.ReplaceAll(m[4], "@", pkg)
			e.names, e.open = openList(m[5], pkg)
			return e, knownKinds(e.kinds)
		}
	}
	return e, fmt.Errorf("not an expectation: %q", s)
}

func knownKinds(kinds []string) error {
	for _, k := range kinds {
		if !slices.Contains(sourceKinds, source.Kind(k)) {
			return fmt.Errorf("no kind of sources: %q", k)
		}
	}
	return nil
}

// openList splits a list, and says whether it ends in "...".
func openList(s, pkg string) (names []string, open bool) {
	for _, n := range strings.Split(s, ", ") {
		switch n {
		case "...":
			open = true
		case "":
		default:
			names = append(names, strings.ReplaceAll(spread(n), "@", pkg))
		}
	}
	return names, open
}

// spread gives each alternative the prefix of the first: "state:A|B" is "state:A|state:B".
func spread(pattern string) string {
	prefix, _, ok := strings.Cut(pattern, ":")
	if !ok {
		return pattern
	}
	alternatives := strings.Split(pattern, "|")
	for i, a := range alternatives {
		if !strings.Contains(a, ":") && a != "*" {
			alternatives[i] = prefix + ":" + a
		}
	}
	return strings.Join(alternatives, "|")
}

// fits says whether the name matches the pattern.
func fits(pattern, name string) bool {
	return slices.ContainsFunc(strings.Split(pattern, "|"), func(p string) bool {
		re := strings.ReplaceAll(regexp.QuoteMeta(p), `\*`, ".*")
		return regexp.MustCompile("^" + re + "$").MatchString(name)
	})
}
