package compensate

import (
	"reflect"
	"sync"
)

// class is how values of a type are treated.
type class uint8

const (
	none          class = iota // by its kind; only in rules
	ignored                    // left alone; zero in a fresh object
	opaque                     // left alone; cannot be made
	coded                      // as one value, by a codec
	syncMap                    // by its entries
	atomicPointer              // as the pointer that it holds
	message                    // a protobuf message: its fields without the implementation's own
	handle                     // channel or function: has an identity, but no content that can be encoded
	refused                    // cannot be encoded unless zero
	boolean
	signed
	unsigned
	float
	imaginary // complex numbers
	text
	pointer
	slice
	array
	structure
	dict
	iface
)

// layout is what the walks need to know about a type.
type layout struct {
	class    class
	fields   []field // of a structure or message
	codec    *codec  // of a coded type
	pointers bool    // a value can lead to objects
	sealed   bool    // an interface type whose values are opaque whatever they are
}

// field is a field that takes part.
type field struct {
	index int
	name  string
	typ   reflect.Type
	loose bool // nil and empty mean the same
}

// layouts caches layouts by type: they are facts about types, the same for every State.
var layouts sync.Map // reflect.Type to *layout

func layoutOf(t reflect.Type) *layout {
	if l, ok := layouts.Load(t); ok {
		return l.(*layout)
	}
	l := newLayout(t)
	layouts.Store(t, l)
	return l
}

func newLayout(t reflect.Type) *layout {
	if c := codecs[t]; c != nil {
		return &layout{class: coded, codec: c}
	}
	l := &layout{class: ruled(t)}
	if t.Kind() == reflect.Interface {
		l.sealed, l.class = l.class == opaque, iface
	}
	if l.class == none {
		l.class = kinds[t.Kind()]
	}
	switch l.class {
	case syncMap, atomicPointer, pointer, slice, dict, iface:
		l.pointers = true
	case array:
		l.pointers = layoutOf(t.Elem()).pointers
	case structure:
		if isMessage(t) {
			l.class = message
		}
		l.fields = fieldsOf(t, l.class == message)
		for _, f := range l.fields {
			l.pointers = l.pointers || layoutOf(f.typ).pointers
		}
	}
	return l
}

var kinds = map[reflect.Kind]class{
	reflect.Bool: boolean,
	reflect.Int:  signed, reflect.Int8: signed, reflect.Int16: signed, reflect.Int32: signed, reflect.Int64: signed,
	reflect.Uint: unsigned, reflect.Uint8: unsigned, reflect.Uint16: unsigned, reflect.Uint32: unsigned, reflect.Uint64: unsigned,
	reflect.Uintptr: unsigned,
	reflect.Float32: float, reflect.Float64: float,
	reflect.Complex64: imaginary, reflect.Complex128: imaginary,
	reflect.String: text, reflect.Pointer: pointer, reflect.Slice: slice, reflect.Array: array, reflect.Struct: structure,
	reflect.Map: dict, reflect.Interface: iface, reflect.Chan: handle, reflect.Func: handle, reflect.UnsafePointer: refused,
}

func fieldsOf(t reflect.Type, msg bool) []field {
	var fs []field
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Name == "_" || msg && internalField(f) {
			continue
		}
		if c := layoutOf(f.Type).class; c == ignored || c == opaque {
			continue
		}
		fs = append(fs, field{index: i, name: f.Name, typ: f.Type, loose: msg && looseField(f)})
	}
	return fs
}
