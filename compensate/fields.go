package compensate

import (
	"fmt"
	"reflect"
	"slices"
	"unsafe"
)

// everyField in a list of fields means the whole state.
const everyField = "*"

// selection finds the fields to be copied during a walk over everything else.
type selection struct {
	names  map[string]bool
	places []place
	homes  []func() // how the copy that the walk stands in gets back to where it came from, the outermost first
}

// place is one copied field of one object, or one copied package-level variable.
type place struct {
	path  string
	value reflect.Value
	homes []func()
}

// settle writes the place's value back, if it is in a copy of a map's element or of an interface's content.
func (p place) settle() {
	for _, home := range slices.Backward(p.homes) {
		home()
	}
}

func (s *selection) enter(home func()) {
	if s != nil {
		s.homes = append(s.homes, home)
	}
}

func (s *selection) leave() {
	if s != nil {
		s.homes = s.homes[:len(s.homes)-1]
	}
}

func (s *selection) has(t reflect.Type, field string) bool {
	if s == nil {
		return false
	}
	name := fieldName(t, field)
	return name != "" && s.names[name]
}

func (s *selection) add(path string, v reflect.Value) {
	s.places = append(s.places, place{path, v, slices.Clone(s.homes)})
}

// EncodeFields returns whole copies of fields: for each name "import/path.Type.field" the field of every instance that the roots
// reach, for each "import/path.name" the package-level variable, and for "*" the whole state. Objects that only copied fields reach
// are part of the copy; others are named by their path from a root. Names that fit nothing reachable add nothing.
func (s *State) EncodeFields(fields []string) ([]byte, error) {
	b, err := s.encodeFields(fields)
	if err != nil {
		return nil, fmt.Errorf("encode fields: %w", err)
	}
	return b, nil
}

func (s *State) encodeFields(fields []string) ([]byte, error) {
	if slices.Contains(fields, everyField) {
		return s.Encode()
	}
	rest, err := s.outline(fields)
	if err != nil {
		return nil, err
	}
	w := newWalk(rest.scan, s.types, walkOptions{capacities: true, paths: true})
	w.outside = rest.names
	w.out.uint(formatFields)
	w.out.uint(uint64(len(fields)))
	for _, f := range fields {
		w.out.string(f)
	}
	w.out.uint(uint64(len(rest.selection.places)))
	named := map[string]bool{}
	for _, p := range rest.selection.places {
		if named[p.path] {
			return nil, fmt.Errorf("two places are called %s", p.path) // through map keys that are pointers
		}
		named[p.path] = true
		w.path = path{base: p.path}
		w.out.string(p.path)
		if err := w.value(p.value); err != nil {
			return nil, w.wrap(err)
		}
	}
	return w.out.b, w.bodies()
}

// outline walks everything but the fields: it finds the fields' places and names the objects outside them.
func (s *State) outline(fields []string) (*walk, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	sc := newScan(s.types, true)
	if err := sc.run(s.roots); err != nil {
		return nil, err
	}
	w := newWalk(sc, s.types, walkOptions{capacities: true, paths: true})
	w.selection = &selection{names: map[string]bool{}}
	for _, f := range fields {
		w.selection.names[f] = true
	}
	return w, w.roots(s.roots)
}

// DecodeFields makes the fields equal to copies that EncodeFields made of a state that is otherwise equal, in place as Decode does.
// An instance or an object that the copy names and that does not exist here is an error.
func (s *State) DecodeFields(b []byte) error {
	if err := s.decodeFields(b); err != nil {
		return fmt.Errorf("decode fields: %w", err)
	}
	return nil
}

func (s *State) decodeFields(b []byte) error {
	r := reader{b: b}
	switch format := r.uint(); format {
	case formatState:
		return s.decode(b)
	case formatFields:
	default:
		return errFormat
	}
	fields := make([]string, r.count())
	for i := range fields {
		fields[i] = r.string()
	}
	rest, err := s.outline(fields)
	if err != nil {
		return err
	}
	d := s.newDecoder(r, rest.scan)
	d.outside = map[string]made{}
	for p, name := range rest.names {
		d.outside[name] = rest.object(p)
		d.claimed[p] = true
	}
	if err := d.places(rest.selection.places); err != nil {
		return fmt.Errorf("%s: %w", d.path.String(), err)
	}
	return d.done()
}

func (d *decoder) places(here []place) error {
	byPath := map[string]place{}
	for _, p := range here {
		byPath[p.path] = p
	}
	for range d.count() {
		name := d.string()
		d.path = path{base: name}
		p, ok := byPath[name]
		if !ok {
			return fmt.Errorf("does not exist here")
		}
		if err := d.value(p.value); err != nil {
			return err
		}
		p.settle()
	}
	return d.bodies()
}

// known returns an object outside the copied fields, by name.
func (d *decoder) known(name string) (made, error) {
	o, ok := d.outside[name]
	if !ok {
		return made{}, fmt.Errorf("object %s does not exist here", name)
	}
	return o, nil
}

// object is what a named address is.
func (w *walk) object(p unsafe.Pointer) made {
	if t, ok := w.words[p]; ok {
		return made{ptr: p, typ: t}
	}
	b, _ := w.scan.find(p)
	return made{p, b.elem, b.n}
}
