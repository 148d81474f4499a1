package dictionary

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// symbol names a function, method or variable.
type symbol struct {
	path, recv, name string
}

// local is the name within the package.
func (s symbol) local() string {
	if s.recv == "" {
		return s.name
	}
	return s.recv + "." + s.name
}

func (s symbol) String() string { return s.path + "." + s.local() }

// parseSymbol reads time.Now, (*net/http.Client).Do, (time.Time).Format or net/http.Client.Do. pointer says that the receiver is one, or may be.
func parseSymbol(text string) (s symbol, pointer bool, err error) {
	bare := strings.NewReplacer("(*", "", "(", "", ")", "", "*", "").Replace(text)
	slash := strings.LastIndexByte(bare, '/') + 1
	dir, rest := bare[:slash], bare[slash:]
	parts := strings.Split(rest, ".")
	for len(parts) > 3 || len(parts) > 2 && !exported(parts[1]) { // a dot in the last element of the path: gopkg.in/yaml.v3
		parts = append([]string{parts[0] + "." + parts[1]}, parts[2:]...)
	}
	switch len(parts) {
	case 2:
		s = symbol{path: dir + parts[0], name: parts[1]}
	case 3:
		s = symbol{path: dir + parts[0], recv: parts[1], name: parts[2]}
	default:
		return s, false, fmt.Errorf("%s is no symbol: write it as time.Now or (*net/http.Client).Do", text)
	}
	if s.path == "" || s.name == "" {
		return s, false, fmt.Errorf("%s is no symbol: write it as time.Now or (*net/http.Client).Do", text)
	}
	return s, s.recv != "" && (strings.Contains(text, "*") || !strings.Contains(text, "(")), nil
}

func exported(name string) bool { return name != "" && name[0] >= 'A' && name[0] <= 'Z' }

// stdPaths are the packages of the standard library that were derived, sorted.
func stdPaths() []string {
	var out []string
	fs.WalkDir(derived, "std", func(name string, d fs.DirEntry, err error) error {
		if path, ok := strings.CutSuffix(strings.TrimPrefix(name, "std/"), ".txt"); ok && err == nil && path != "chains" {
			out = append(out, path)
		}
		return err
	})
	slices.Sort(out)
	return out
}

// nearest lists the symbols of the standard library and the data whose names are most like s.
func (d *Dictionary) nearest(s symbol) []string {
	type near struct {
		name     string
		distance int
	}
	var all []near
	consider := func(t symbol) {
		n := distance(s.local(), t.local()) + distance(s.path, t.path)
		if s.name == t.name && s.recv == t.recv || s.name == t.name && s.path == t.path {
			n = min(n, 1)
		}
		if n <= 2+len(s.local())/4 {
			all = append(all, near{t.String(), n})
		}
	}
	for _, path := range stdPaths() {
		for name := range derivedPackage(path).funcs {
			consider(split(path, name))
		}
		for name := range derivedPackage(path).vars {
			consider(split(path, name))
		}
	}
	for _, l := range d.layers {
		for path, e := range l.exact {
			for name := range e.Funcs {
				if !strings.Contains(name, "*") {
					consider(split(path, name))
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b near) int { return cmp.Or(a.distance-b.distance, strings.Compare(a.name, b.name)) })
	var out []string
	for _, n := range all {
		if !slices.Contains(out, n.name) && len(out) < 3 {
			out = append(out, n.name)
		}
	}
	return out
}

func split(path, local string) symbol {
	recv, name, ok := strings.Cut(local, ".")
	if !ok {
		return symbol{path: path, name: local}
	}
	return symbol{path, recv, name}
}

// distance is the number of letters to insert, remove or change.
func distance(a, b string) int {
	if d := len(a) - len(b); d > 8 || d < -8 {
		return 8
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
