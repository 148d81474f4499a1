package compensate

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// step is one move from a value to a part of it. Steps are kept instead of text, because paths are read only on errors and in dumps.
type step struct {
	name  string        // a root or field
	owner reflect.Type  // of a field, the struct; nil if that is not known
	index int           // an element, if key is invalid and name empty
	key   reflect.Value // a map key
}

// aroundOpen begins the name of an object of which only a part was met, before the way to that part.
const aroundOpen = "around("

// path is the way from a root, or from an object that names itself, to the value at hand.
type path struct {
	base  string
	trail []Step // to base, if it is wanted
	steps []step
}

func (p *path) field(t reflect.Type, name string) {
	p.steps = append(p.steps, step{name: name, owner: t})
}
func (p *path) index(i int)             { p.steps = append(p.steps, step{index: i}) }
func (p *path) entry(key reflect.Value) { p.steps = append(p.steps, step{key: key}) }
func (p *path) pop()                    { p.steps = p.steps[:len(p.steps)-1] }

func (p *path) String() string {
	var b strings.Builder
	b.WriteString(p.base)
	for _, s := range p.steps {
		s.write(&b)
	}
	return b.String()
}

func (s step) write(b *strings.Builder) {
	switch {
	case s.name != "":
		b.WriteByte('.')
		b.WriteString(s.name)
	case s.key.IsValid():
		b.WriteByte('[')
		b.WriteString(keyText(s.key))
		b.WriteByte(']')
	default:
		b.WriteByte('[')
		b.WriteString(strconv.Itoa(s.index))
		b.WriteByte(']')
	}
}

// keyText is a map key as a reader would write it. Keys that hold pointers are named by their type alone, because an address means
// nothing at another replica.
func keyText(k reflect.Value) string {
	for k.Kind() == reflect.Interface && !k.IsNil() {
		k = k.Elem()
	}
	switch k.Kind() {
	case reflect.String:
		return strconv.Quote(k.String())
	case reflect.Pointer, reflect.Chan, reflect.UnsafePointer:
		return k.Type().String()
	case reflect.Struct, reflect.Array:
		return partsText(k)
	}
	return fmt.Sprint(k)
}

func partsText(k reflect.Value) string {
	var parts []string
	if k.Kind() == reflect.Array {
		for i := range k.Len() {
			parts = append(parts, keyText(k.Index(i)))
		}
	} else {
		for i := range k.NumField() {
			parts = append(parts, keyText(k.Field(i)))
		}
	}
	return "{" + strings.Join(parts, " ") + "}"
}
