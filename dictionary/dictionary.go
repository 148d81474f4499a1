package dictionary

import (
	"bytes"
	"embed"
	"fmt"
	"go/types"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed data/*.yaml
var data embed.FS

// Func is what one function does. The zero value is a deterministic function without effects whose arguments flow to its results.
type Func struct {
	// Source is the kind of first-hand nondeterminism that the results carry; "" for none.
	Source string `yaml:"source"`
	// Fill says that the value arrives in the memory of this argument (0 is the first after the receiver), not in the results.
	Fill *int `yaml:"fill"`
	// Mutates are the operands whose memory is written: -1 is the receiver, 0 the first argument after it.
	Mutates []int `yaml:"mutates"`
	// Fills are the operands whose memory is written with all that it leads to, which gets pointers to new memory: a decoder's target.
	Fills []int `yaml:"fills"`
	// Bytes says that the memory which is written keeps no pointer to the operands: text, numbers, or copies of them.
	Bytes bool `yaml:"bytes"`
	// Fresh says that the results are no operands but new memory, which may lead to what the operands hold.
	Fresh bool `yaml:"fresh"`
	// Apart says that the results are new memory which leads to no operand.
	Apart bool `yaml:"apart"`
	// Bag names a place of the process that operands are put into and results come from.
	Bag string `yaml:"bag"`
	// Pure says that the receiver is not written although its type would allow it.
	Pure bool `yaml:"pure"`
	// Calls are the function arguments that are called before the function returns.
	Calls []int `yaml:"calls"`
	// Goes are the function arguments that are called on another goroutine.
	Goes []int `yaml:"goes"`
	// Asks are the methods that it calls of what the arguments lead to, if that has them: a printer's String.
	Asks []string `yaml:"asks"`
	// Superficial says that what goes in has no effect that a service can see again: logs, metrics, traces, sleeping.
	Superficial bool `yaml:"superficial"`
	// External says that the function acts on the outside: files, sockets, databases. In an operation that is an external effect.
	External bool `yaml:"external"`
	// Local says that what goes in leaves the handler at every replica by itself: the headers of a reply, the process's environment.
	Local bool `yaml:"local"`
	// Orders says that the result does not depend on the order of the elements of its argument.
	Orders bool `yaml:"orders"`
}

// entry is a package as the data files have it.
type entry struct {
	Path   string          `yaml:"path"`   // import path; a trailing /... takes sub-packages in
	Rule   Func            `yaml:"rule"`   // of every function without an entry of its own
	Funcs  map[string]Func `yaml:"funcs"`  // by name
	Opaque []string        `yaml:"opaque"` // types that are handles, not state; "*" is all types
	Bytes  bool            `yaml:"bytes"`  // of every function
	Asks   []string        `yaml:"asks"`   // of every function
}

// Dictionary is immutable and safe for concurrent use.
type Dictionary struct {
	exact  map[string]*entry
	prefix []*entry // longest first
}

// Load returns the built-in dictionary. It is read once per process.
var Load = sync.OnceValues(func() (*Dictionary, error) {
	names, err := fs.Glob(data, "data/*.yaml")
	if err != nil {
		return nil, err
	}
	d := &Dictionary{exact: map[string]*entry{}}
	for _, name := range names {
		b, err := data.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if err := d.add(b); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	slices.SortFunc(d.prefix, func(a, b *entry) int { return len(b.Path) - len(a.Path) })
	return d, nil
})

func (d *Dictionary) add(b []byte) error {
	var entries []*entry
	dec := yaml.NewDecoder(bytes.NewReader(b))
	dec.KnownFields(true)
	if err := dec.Decode(&entries); err != nil {
		return err
	}
	for _, e := range entries {
		if p, ok := strings.CutSuffix(e.Path, "/..."); ok {
			e.Path = p
			d.prefix = append(d.prefix, e)
			continue
		}
		if d.exact[e.Path] != nil {
			return fmt.Errorf("package %s has two entries", e.Path)
		}
		d.exact[e.Path] = e
	}
	return nil
}

func (d *Dictionary) pkg(path string) *entry {
	if e := d.exact[path]; e != nil {
		return e
	}
	for _, e := range d.prefix {
		if strings.HasPrefix(path, e.Path) && (len(path) == len(e.Path) || path[len(e.Path)] == '/') {
			return e
		}
	}
	return nil
}

// Lookup returns what f does, with Mutates complete; false if f is not known.
func (d *Dictionary) Lookup(f *types.Func) (Func, bool) {
	f = f.Origin()
	if f.Pkg() == nil { // error.Error
		return Func{Pure: true}, true
	}
	e := d.pkg(f.Pkg().Path())
	if e == nil {
		return Func{}, false
	}
	fn := e.find(f)
	fn.Bytes = fn.Bytes || e.Bytes
	fn.Asks = append(slices.Clone(e.Asks), fn.Asks...)
	for _, i := range fn.Fills {
		if !slices.Contains(fn.Mutates, i) {
			fn.Mutates = append(slices.Clone(fn.Mutates), i)
		}
	}
	if writesReceiver(f) && !fn.Pure && !fn.Superficial && !slices.Contains(fn.Mutates, -1) {
		fn.Mutates = append([]int{-1}, fn.Mutates...)
	}
	return fn, true
}

func (e *entry) find(f *types.Func) Func {
	names := []string{f.Name(), "*"}
	if recv := receiver(f); recv != "" {
		names = []string{recv + "." + f.Name(), recv + ".*", "*." + f.Name(), "*.*"}
	}
	for _, n := range names {
		if fn, ok := e.Funcs[n]; ok {
			return fn
		}
	}
	return e.Rule
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
	if n == nil || n.Obj().Pkg() == nil {
		return false
	}
	e := d.pkg(n.Obj().Pkg().Path())
	return e != nil && (slices.Contains(e.Opaque, n.Obj().Name()) || slices.Contains(e.Opaque, "*"))
}

func named(t types.Type) *types.Named {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	n, _ := t.(*types.Named)
	return n
}
