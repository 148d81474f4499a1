package dictionary

import (
	"go/importer"
	"go/token"
	"go/types"
	"os/exec"
	"strings"
	"testing"
)

// sources reads packages of the running toolchain, each once.
var sources = importer.ForCompiler(token.NewFileSet(), "source", nil)

// TestNothingUnknown asks the running toolchain for every exported function, method and variable of the packages that were derived.
func TestNothingUnknown(t *testing.T) {
	if testing.Short() {
		t.Skip("reads the standard library's sources")
	}
	d, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	list, err := exec.Command("go", "list", "std").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range strings.Fields(string(list)) {
		if strings.Contains("/"+path+"/", "/internal/") || strings.HasPrefix(path, "vendor/") {
			continue
		}
		p, err := sources.Import(path)
		if err != nil {
			t.Errorf("import %s: %v", path, err)
			continue
		}
		for _, name := range p.Scope().Names() {
			for _, obj := range members(p.Scope().Lookup(name)) {
				n++
				if !derivedKnows(d, obj) {
					t.Errorf("%s is unknown", obj)
				}
			}
		}
	}
	if n < 6000 {
		t.Errorf("%d symbols: the test looks in the wrong place", n)
	}
	if s := d.Stats(); s.Unknown != 0 {
		t.Errorf("stats: unknown: %d", s.Unknown)
	}
}

// members are what a program can use of an object: itself, or a type's methods, promoted ones included.
func members(obj types.Object) []types.Object {
	if !obj.Exported() {
		return nil
	}
	tn, ok := obj.(*types.TypeName)
	if !ok {
		return []types.Object{obj}
	}
	set := types.NewMethodSet(types.NewPointer(tn.Type()))
	if types.IsInterface(tn.Type()) {
		set = types.NewMethodSet(tn.Type())
	}
	var out []types.Object
	for sel := range set.Methods() {
		if sel.Obj().Exported() {
			out = append(out, sel.Obj())
		}
	}
	return out
}

// derivedKnows reports whether the generator, or for packages that it cannot load the data, spoke of the object itself.
func derivedKnows(d *Dictionary, obj types.Object) bool {
	switch obj := obj.(type) {
	case *types.Func:
		obj = obj.Origin()
		if obj.Pkg() == nil {
			return true
		}
		s := symbol{obj.Pkg().Path(), receiver(obj), obj.Name()}
		p := derivedPackage(s.path)
		if p == nil {
			_, how, _ := d.said(s.path, func(e *entry) (Func, said) { return e.find(s.recv, s.name) })
			return how == byName
		}
		f, ok := p.funcs[s.local()]
		_, known := d.Lookup(obj)
		return ok && !f.unknown && known
	case *types.Var:
		_, ok := derivedPackage(obj.Pkg().Path()).vars[obj.Name()]
		_, known := d.LookupVar(obj)
		return ok && known
	}
	return true
}
