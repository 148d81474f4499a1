package dictionary

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// entry is a package as the data files have it.
type entry struct {
	Path   string          `yaml:"path"`   // import path; a trailing /... takes sub-packages in
	Rule   *Func           `yaml:"rule"`   // of every function without an entry of its own
	Funcs  map[string]Func `yaml:"funcs"`  // by name
	Vars   map[string]Func `yaml:"vars"`   // by name
	Opaque []string        `yaml:"opaque"` // types that are handles, not state; "*" is all types
	Bytes  bool            `yaml:"bytes"`  // of every function
	Asks   []string        `yaml:"asks"`   // of every function

	file string // that it was read from
}

// layer is the knowledge of one origin: the built-in data, or a user's file.
type layer struct {
	exact  map[string]*entry
	prefix []*entry // longest first
}

func newLayer() *layer { return &layer{exact: map[string]*entry{}} }

// add reads a file; an error is one line that begins with the file's name and the line.
func (l *layer) add(name string, b []byte) error {
	var entries []*entry
	dec := yaml.NewDecoder(bytes.NewReader(b))
	dec.KnownFields(true)
	if err := dec.Decode(&entries); err != nil && !errors.Is(err, io.EOF) {
		return placed(name, err)
	}
	var nodes []yaml.Node // of the same entries: where they stand
	if err := yaml.Unmarshal(b, &nodes); err != nil {
		return placed(name, err)
	}
	for i, e := range entries {
		if e != nil {
			e.file = name
		}
		if err := l.put(e); err != nil {
			return fmt.Errorf("%s:%d: %w", name, nodes[i].Line, err)
		}
	}
	slices.SortStableFunc(l.prefix, func(a, b *entry) int { return len(b.Path) - len(a.Path) })
	return nil
}

var lineOf = regexp.MustCompile(`line (\d+): (.*)`)

// placed makes one line with file and line of what the YAML library says.
func placed(name string, err error) error {
	if m := lineOf.FindStringSubmatch(err.Error()); m != nil {
		return fmt.Errorf("%s:%s: %s", name, m[1], m[2])
	}
	return fmt.Errorf("%s:1: %s", name, strings.Join(strings.Fields(err.Error()), " "))
}

func (l *layer) put(e *entry) error {
	if err := e.check(); err != nil {
		return err
	}
	if p, ok := strings.CutSuffix(e.Path, "/..."); ok {
		e.Path = p
		if slices.ContainsFunc(l.prefix, func(o *entry) bool { return o.Path == p }) {
			return fmt.Errorf("packages %s/... have two entries", p)
		}
		l.prefix = append(l.prefix, e)
		return nil
	}
	if l.exact[e.Path] != nil {
		return fmt.Errorf("package %s has two entries", e.Path)
	}
	l.exact[e.Path] = e
	return nil
}

func (e *entry) check() error {
	if e == nil || strings.TrimSuffix(e.Path, "/...") == "" {
		return errors.New("a package without a path")
	}
	all := []map[string]Func{e.Funcs, e.Vars}
	if e.Rule != nil {
		all = append(all, map[string]Func{"rule": *e.Rule})
	}
	for _, fns := range all {
		for name, fn := range fns {
			for _, k := range append([]string{fn.Source}, fn.Kinds...) {
				if k != "" && !slices.Contains(kinds, k) {
					return fmt.Errorf("%s: %s: unknown kind %q of source", e.Path, name, k)
				}
			}
		}
	}
	return nil
}

func (l *layer) pkg(path string) *entry {
	if e := l.exact[path]; e != nil {
		return e
	}
	for _, e := range l.prefix {
		if rest, ok := strings.CutPrefix(path, e.Path); ok && (rest == "" || rest[0] == '/') {
			return e
		}
	}
	return nil
}

// said tells how data speaks of a symbol.
type said int

const (
	unsaid    said = iota
	byPattern      // by "Type.*", "*" or the package's rule
	byName
)

// find returns what is said of a function by name, by pattern, or by the package's rule.
func (e *entry) find(recv, name string) (Func, said) {
	names := []string{name, "*"}
	if recv != "" {
		names = []string{recv + "." + name, recv + ".*", "*." + name, "*.*"}
	}
	for i, n := range names {
		if fn, ok := e.Funcs[n]; ok && i == 0 {
			return fn, byName
		} else if ok {
			return fn, byPattern
		}
	}
	if e.Rule != nil {
		return *e.Rule, byPattern
	}
	return Func{}, unsaid
}
