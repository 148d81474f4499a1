package midas_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/midas-tiers/midas/"

// room says what the packages of a folder may import besides the standard library and themselves (ARCHITECTURE.md, "The house").
// Entries are import path prefixes; those without a dot in the first element are folders of this module.
type room struct {
	may []string
}

// house is the import table. Tests may import more: the table keeps the halves apart in what is built.
var house = map[string]room{
	"dictionary":        {[]string{"go.yaml.in/yaml"}},
	"dictionary/derive": {[]string{"dictionary", "golang.org/x/tools"}}, // a tool that is run by go generate
	"analysis":          {[]string{"dictionary", "golang.org/x/tools", "go.yaml.in/yaml", "github.com/owenrumney/go-sarif"}},
	"rewrite":           {[]string{"analysis", "dictionary", "golang.org/x/tools", "golang.org/x/mod", "."}},
	"runtime":           {[]string{"google.golang.org/protobuf", "github.com/fxamacker/cbor"}},
	"compensate":        {[]string{"runtime", "google.golang.org/protobuf", "github.com/fxamacker/cbor"}},
	"tiers": {[]string{"runtime", "compensate", "google.golang.org/grpc", "google.golang.org/protobuf", "google.golang.org/genproto",
		"github.com/hashicorp/", "github.com/fxamacker/cbor"}},
	"cmd": {[]string{"dictionary", "analysis", "rewrite", "runtime", "compensate", "tiers", "examples", ".", "github.com/", "golang.org/x/",
		"google.golang.org/", "go.yaml.in/"}},
	"examples": {[]string{"google.golang.org/grpc", "google.golang.org/protobuf", "github.com/google/uuid"}},
	"bench": {[]string{"dictionary", "analysis", "rewrite", "runtime", "compensate", "tiers", "examples", "cmd", ".", "github.com/",
		"golang.org/x/", "google.golang.org/"}},
	".": {nil},
}

func TestImportTable(t *testing.T) {
	seen := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		name := folderOf(path)
		seen[name] = true
		r, ok := house[name]
		if !ok {
			t.Errorf("%s: the folder %s is not in the house", path, name)
			return nil
		}
		for _, imp := range imports(t, path) {
			if !r.allows(name, imp) {
				t.Errorf("%s imports %s, which %s may not", path, imp, name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, half := range []string{"runtime", "compensate", "tiers", "analysis", "rewrite"} {
		if !seen[half] {
			t.Errorf("no Go file seen in %s: the test looks in the wrong place", half)
		}
	}
}

// TestImportTableBites: a table that allows everything would pass the test above.
func TestImportTableBites(t *testing.T) {
	for _, c := range []struct{ folder, imp string }{
		{"runtime", "golang.org/x/tools/go/ssa"},
		{"tiers", "github.com/dave/dst"},
		{"tiers", module + "analysis"},
		{"compensate", module + "tiers"},
		{"examples", module + "runtime"},
		{"analysis", module + "rewrite"},
	} {
		if house[c.folder].allows(c.folder, c.imp) {
			t.Errorf("%s may import %s", c.folder, c.imp)
		}
	}
}

// folderOf is the folder of a file that the table has a row for.
func folderOf(path string) string {
	dir := filepath.ToSlash(filepath.Dir(path))
	if _, ok := house[dir]; ok {
		return dir
	}
	first, _, _ := strings.Cut(dir, "/")
	return first
}

func imports(t *testing.T, path string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		t.Error(err)
		return nil
	}
	var out []string
	for _, s := range f.Imports {
		out = append(out, strings.Trim(s.Path.Value, `"`))
	}
	return out
}

func (r room) allows(folder, imp string) bool {
	if imp == strings.TrimSuffix(module, "/") {
		return slices.Contains(r.may, ".")
	}
	if own, ok := strings.CutPrefix(imp, module); ok {
		first, _, _ := strings.Cut(own, "/")
		return first == folder || slices.Contains(r.may, first)
	}
	first, _, _ := strings.Cut(imp, "/")
	if !strings.Contains(first, ".") {
		return true // the standard library
	}
	return slices.ContainsFunc(r.may, func(p string) bool { return strings.Contains(p, "/") && strings.HasPrefix(imp, p) })
}
