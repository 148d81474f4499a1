package dictionary

import (
	"go/importer"
	"go/token"
	"go/types"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func lookup(t *testing.T, pkg, name string) Func {
	t.Helper()
	d, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	p, err := importer.ForCompiler(token.NewFileSet(), "source", nil).Import(pkg)
	if err != nil {
		t.Fatal(err)
	}
	recv, method, isMethod := cut(name)
	obj := p.Scope().Lookup(recv)
	if isMethod {
		obj, _, _ = types.LookupFieldOrMethod(types.NewPointer(obj.Type()), true, p, method)
	}
	f, ok := d.Lookup(obj.(*types.Func))
	if !ok {
		t.Fatalf("%s.%s is not known", pkg, name)
	}
	return f
}

func cut(name string) (first, second string, ok bool) {
	for i := range name {
		if name[i] == '.' {
			return name[:i], name[i+1:], true
		}
	}
	return name, "", false
}

func TestLookup(t *testing.T) {
	zero := 0
	for _, tt := range []struct {
		pkg, name string
		want      Func
	}{
		{"time", "Now", Func{Source: "time", Kinds: []string{"time"}, Bytes: true}},
		{"time", "Unix", Func{Bytes: true, Fresh: true, Apart: true}},
		{"math/rand", "Intn", Func{Source: "random", Kinds: []string{"random"}, Bytes: true}},
		{"math/rand", "Rand.Intn", Func{Mutates: []int{-1}, Calls: []int{-1}, Bytes: true}},
		{"math/rand", "New", Func{Bytes: true}},
		{"crypto/rand", "Read", Func{Source: "random", Kinds: []string{"random"}, Fill: &zero, Mutates: []int{0}, Bytes: true}},
		{"maps", "Keys", Func{Source: "map order", Kinds: []string{"map order"}}},
		{"sync", "Map.Store", Func{Mutates: []int{-1}}},
		{"sync", "Map.Load", Func{Pure: true}},
		{"sync/atomic", "AddInt64", Func{Mutates: []int{0}}},
		{"sync/atomic", "Int64.Add", Func{Mutates: []int{-1}, Bytes: true, Fresh: true, Apart: true}},
		{"encoding/json", "Unmarshal", Func{
			Mutates: []int{1}, Fills: []int{1}, Bytes: true, Asks: []string{"MarshalJSON", "MarshalText", "UnmarshalJSON", "UnmarshalText"},
		}},
		{"container/heap", "Pop", Func{Mutates: []int{0}, Calls: []int{0}}},
		{"log/slog", "Info", Func{Superficial: true, Asks: []string{"LogValue", "MarshalText", "MarshalJSON", "String", "Error"}}},
		{"os", "ReadFile", Func{Source: "file", Kinds: []string{"file"}, Bytes: true}},
		{"os", "WriteFile", Func{Source: "file", Kinds: []string{"file"}, External: true, Bytes: true}},
		{"os", "Setenv", Func{Local: true, Bytes: true}},
		{"os/exec", "Cmd.Run", Func{Source: "process", Kinds: []string{"process"}, External: true, Mutates: []int{-1}}},
		{"net/smtp", "SendMail", Func{Source: "network", Kinds: []string{"network"}, External: true}},
		{"net/http", "Client.Do", Func{Source: "network", Kinds: []string{"network"}, External: true, Mutates: []int{-1}}},
		{"database/sql", "DB.Exec", Func{Source: "network", Kinds: []string{"network"}, External: true, Mutates: []int{-1}, Statement: &zero}},
		{"strings", "Builder.WriteString", Func{Mutates: []int{-1}, Bytes: true, Fresh: true, Apart: true}},
	} {
		got := lookup(t, tt.pkg, tt.name)
		got.Results = nil // derived
		got.Kinds = got.Kinds[:min(len(got.Kinds), 1)]
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s.%s (-want +got):\n%s", tt.pkg, tt.name, diff)
		}
	}
}

// TestEntriesExist finds entries of the standard library that name no function: a misspelt entry would be silent.
func TestEntriesExist(t *testing.T) {
	d, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	imp := importer.ForCompiler(token.NewFileSet(), "source", nil)
	for path, e := range d.layers[0].exact {
		if !standard(path) || len(e.Funcs) == 0 {
			continue
		}
		p, err := imp.Import(path)
		if err != nil {
			t.Errorf("package %s: %v", path, err)
			continue
		}
		for name := range e.Funcs {
			if !exists(p, name) {
				t.Errorf("%s has no %s", path, name)
			}
		}
	}
}

func standard(path string) bool {
	first, _, _ := cut(path)
	for i := range path {
		if path[i] == '/' {
			break
		}
		if path[i] == '.' {
			return false
		}
	}
	return first != ""
}

func exists(p *types.Package, name string) bool {
	recv, method, isMethod := cut(name)
	if recv == "*" || method == "*" && p.Scope().Lookup(recv) != nil {
		return true
	}
	obj := p.Scope().Lookup(recv)
	if obj == nil || !isMethod {
		return obj != nil
	}
	m, _, _ := types.LookupFieldOrMethod(types.NewPointer(obj.Type()), true, p, method)
	if types.IsInterface(obj.Type()) {
		m, _, _ = types.LookupFieldOrMethod(obj.Type(), true, p, method)
	}
	return m != nil
}
