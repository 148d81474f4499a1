package dictionary

import (
	"embed"
	"fmt"
	"go/types"
	"io/fs"
	"os"
	"slices"
	"sync"
)

//go:embed data/*.yaml
var data embed.FS

// Dictionary is immutable and safe for concurrent use.
type Dictionary struct {
	layers []*layer // the user's first, the built-in one last
}

// Load returns the built-in dictionary. It is read once per process.
var Load = sync.OnceValues(func() (*Dictionary, error) {
	names, err := fs.Glob(data, "data/*.yaml")
	if err != nil {
		return nil, err
	}
	l := newLayer()
	for _, name := range names {
		b, err := data.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if err := l.add(name, b); err != nil {
			return nil, err
		}
	}
	return &Dictionary{layers: []*layer{l}}, nil
})

// With returns the dictionary with the user's own files on top: what they say of a function wins over what was known of it, and the first
// file wins over the others. A faulty file is an error of one line with file and line.
func (d *Dictionary) With(files ...string) (*Dictionary, error) {
	var layers []*layer
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read dictionary: %w", err)
		}
		l := newLayer()
		if err := l.add(name, b); err != nil {
			return nil, err
		}
		layers = append(layers, l)
	}
	return &Dictionary{layers: append(layers, d.layers...)}, nil
}

// Lookup returns what f does, with Mutates and Kinds complete; false if f is not known.
func (d *Dictionary) Lookup(f *types.Func) (Func, bool) {
	f = f.Origin()
	if f.Pkg() == nil { // error.Error
		return Func{Pure: true}, true
	}
	return d.lookup(symbol{f.Pkg().Path(), receiver(f), f.Name()}, writesReceiver(f))
}

func (d *Dictionary) lookup(s symbol, writesReceiver bool) (Func, bool) {
	fn, how, known := d.said(s.path, func(e *entry) (Func, said) { return e.find(s.recv, s.name) })
	if p := derivedPackage(s.path); p != nil {
		if how == byPattern && s.recv != "" && d.opaque(s.path, s.recv) {
			how = byName // whatever is done with a handle is done where the handle is
		}
		if f, ok := p.funcs[s.local()]; ok {
			return fn.fill(f, how).complete(how != unsaid && writesReceiver), !f.unknown
		}
	}
	return fn.complete(known && writesReceiver), known
}

// LookupVar returns what an exported package-level variable holds; false if that is not known.
func (d *Dictionary) LookupVar(v *types.Var) (Func, bool) {
	if v.Pkg() == nil {
		return Func{}, false
	}
	return d.lookupVar(symbol{path: v.Pkg().Path(), name: v.Name()})
}

func (d *Dictionary) lookupVar(s symbol) (Func, bool) {
	fn, how, known := d.said(s.path, func(e *entry) (Func, said) {
		if fn, ok := e.Vars[s.name]; ok {
			return fn, byName
		}
		return Func{}, unsaid
	})
	if p := derivedPackage(s.path); p != nil && how == unsaid {
		if f, ok := p.vars[s.name]; ok {
			fn, known = f.Func, true
		}
	}
	fn.Results = [][]int{} // a variable has no operands
	return fn.complete(false), known
}

// said asks the layers: the first that speaks of the symbol itself wins; else the first that knows the package does.
func (d *Dictionary) said(path string, find func(*entry) (Func, said)) (fn Func, how said, known bool) {
	for _, l := range d.layers {
		e := l.pkg(path)
		if e == nil {
			continue
		}
		got, how := find(e)
		got.Bytes = got.Bytes || e.Bytes
		got.Asks = append(slices.Clone(e.Asks), got.Asks...)
		if how != unsaid {
			return got, how, true
		}
		if !known {
			fn, known = got, true
		}
	}
	return fn, unsaid, known
}

// complete fills in what follows from what is said.
func (f Func) complete(writesReceiver bool) Func {
	if i := slices.IndexFunc(f.Kinds, func(k string) bool { return k != architecture }); f.Source == "" && f.Bag == "" && i >= 0 {
		f.Source = f.Kinds[i]
	}
	if f.Source != "" && !slices.Contains(f.Kinds, f.Source) {
		f.Kinds = append([]string{f.Source}, f.Kinds...)
	}
	for _, i := range f.Fills {
		if !slices.Contains(f.Mutates, i) {
			f.Mutates = append(slices.Clone(f.Mutates), i)
		}
	}
	if writesReceiver && !f.Pure && !f.Superficial && !slices.Contains(f.Mutates, -1) {
		f.Mutates = append([]int{-1}, f.Mutates...)
	}
	return f
}

// receiver is the name of the receiver's type, "" for a function.
func receiver(f *types.Func) string {
	recv := f.Signature().Recv()
	if recv == nil {
		return ""
	}
	if n := named(recv.Type()); n != nil {
		return n.Obj().Name()
	}
	return "interface"
}

func writesReceiver(f *types.Func) bool {
	recv := f.Signature().Recv()
	if recv == nil {
		return false
	}
	if types.IsInterface(recv.Type()) {
		return true
	}
	_, ok := recv.Type().(*types.Pointer)
	return ok
}

// Opaque reports whether values of type t are handles to something outside the state: connections, loggers, contexts.
func (d *Dictionary) Opaque(t types.Type) bool {
	n := named(t)
	return n != nil && n.Obj().Pkg() != nil && d.opaque(n.Obj().Pkg().Path(), n.Obj().Name())
}

func (d *Dictionary) opaque(path, name string) bool {
	for _, l := range d.layers {
		e := l.pkg(path)
		if e != nil && (slices.Contains(e.Opaque, name) || slices.Contains(e.Opaque, "*")) {
			return true
		}
	}
	return false
}

func named(t types.Type) *types.Named {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	n, _ := t.(*types.Named)
	return n
}
