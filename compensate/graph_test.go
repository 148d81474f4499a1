package compensate

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"unsafe"
)

// vertex has every way in which objects of a graph can hold, share and enclose one another.
type vertex struct {
	N       int
	name    string
	next    *vertex
	inner   *int // often to an N
	pp      **vertex
	parts   [3]part
	part    *part
	list    []*vertex
	values  []part
	window  []part // often of some values or parts
	words   []int
	element *int
	byName  map[string]*vertex
	byPart  map[part][]int
	shared  map[int]part
	byPtr   map[*vertex]int
	any     any
	anys    map[any]any
	raw     []byte
}

type part struct {
	a int8
	b string
}

// graph makes a random graph of n vertices from a root.
func graph(seed uint64, n int) *vertex {
	g := &grower{IntN: rand.New(rand.NewPCG(seed, 3)).IntN}
	return g.grow(n)
}

// grower makes vertices and lets them lead to all.
type grower struct {
	IntN func(n int) int
	all  []*vertex
	made int
}

// grow makes n vertices and returns the first one.
func (g *grower) grow(n int) *vertex {
	var made []*vertex
	for range n {
		made = append(made, new(vertex))
	}
	g.all = append(g.all, made...)
	for _, v := range made {
		g.made++
		v.N = g.made // unique, so that map keys can be told apart
		g.fill(v)
	}
	return made[0]
}

func (g *grower) chance() bool  { return g.IntN(3) == 0 }
func (g *grower) some() *vertex { return g.all[g.IntN(len(g.all))] }
func (g *grower) part() part    { return part{int8(g.IntN(5)), fmt.Sprint("b", g.IntN(5))} }

func (g *grower) fill(v *vertex) {
	v.name = fmt.Sprint("v", g.IntN(100))
	v.parts[g.IntN(3)] = g.part()
	set(g, &v.next, g.some)
	set(g, &v.inner, func() *int { return &g.some().N })
	set(g, &v.pp, func() **vertex { return &g.some().next })
	set(g, &v.part, func() *part { return &g.some().parts[g.IntN(3)] })
	set(g, &v.raw, func() []byte { return []byte(v.name) })
	set(g, &v.any, func() any {
		return []any{1, "s", v, g.part(), []int{1}, map[string]int{"a": 1}, (*vertex)(nil), &g.some().N}[g.IntN(8)]
	})
	for range g.IntN(4) {
		v.list = append(v.list, g.some())
		v.values = append(v.values, g.part())
		v.words = append(v.words, g.IntN(9))
	}
	g.fillShared(g.some(), v)
	g.fillMaps(v)
}

// fillShared makes v's slices and pointers lead into o's memory.
func (g *grower) fillShared(o, v *vertex) {
	set(g, &v.window, func() []part { return o.parts[g.IntN(2):2] })
	if n := len(o.values); n > 0 {
		set(g, &v.window, func() []part { return o.values[g.IntN(n):] })
	}
	if n := len(o.words); n > 0 {
		set(g, &v.element, func() *int { return &o.words[g.IntN(n)] })
		set(g, &v.words, func() []int { return o.words[:g.IntN(n)] })
	}
	set(g, &v.shared, func() map[int]part { return o.shared })
}

func (g *grower) fillMaps(v *vertex) {
	set(g, &v.byName, func() map[string]*vertex { return map[string]*vertex{v.name: g.some(), "x": g.some(), "nil": nil} })
	set(g, &v.byPart, func() map[part][]int { return map[part][]int{g.part(): nil, g.part(): {}, g.part(): v.words} })
	set(g, &v.shared, func() map[int]part { return map[int]part{g.IntN(9): g.part(), 1: {}} })
	set(g, &v.byPtr, func() map[*vertex]int { return map[*vertex]int{g.some(): 1, v: 2} })
	set(g, &v.anys, func() map[any]any { return map[any]any{g.IntN(3): v, g.part(): g.part(), "k": nil, 2.5: &v.parts[1]} })
}

func set[T any](g *grower, p *T, make func() T) {
	if g.chance() {
		*p = make()
	}
}

func TestDigestSeesAliases(t *testing.T) {
	type holder struct{ a, b *int }
	x, y := 1, 1
	if digest(t, stateOf(&holder{&x, &x})) == digest(t, stateOf(&holder{&x, &y})) {
		t.Error("one object and two equal ones have one digest")
	}
}

// isomorphic is an oracle that shares nothing with the encoder: it walks two graphs side by side and pairs their addresses.
func isomorphic(a, b any) error { return compare(a, b, true) }

func compare(a, b any, capacities bool) error {
	p := &pairing{there: map[site]unsafe.Pointer{}, back: map[site]unsafe.Pointer{}, capacities: capacities}
	return p.compare("r", reflect.ValueOf(a), reflect.ValueOf(b))
}

type site struct {
	p unsafe.Pointer
	t reflect.Type
}

type pairing struct {
	there, back map[site]unsafe.Pointer
	capacities  bool // of slices have to be the same
}

// pair says that p and q are to be one object; it returns whether that was known.
func (p *pairing) pair(t reflect.Type, x, y unsafe.Pointer) (known, ok bool) {
	q, known := p.there[site{x, t}]
	r, knownBack := p.back[site{y, t}]
	p.there[site{x, t}], p.back[site{y, t}] = y, x
	return known, known == knownBack && (!known || q == y && r == x)
}

func (p *pairing) compare(path string, a, b reflect.Value) error {
	if a.IsValid() != b.IsValid() || a.IsValid() && a.Type() != b.Type() {
		return fmt.Errorf("%s: %v, %v", path, a, b)
	}
	if !a.IsValid() {
		return nil
	}
	if a.CanAddr() && a.Type().Size() > 0 {
		known, ok := p.pair(a.Type(), unsafe.Pointer(a.UnsafeAddr()), unsafe.Pointer(b.UnsafeAddr()))
		if !ok {
			return fmt.Errorf("%s: aliases differ", path)
		}
		if known {
			return nil
		}
	}
	return p.compareParts(path, a, b)
}

func (p *pairing) compareParts(path string, a, b reflect.Value) error {
	switch a.Kind() {
	case reflect.Pointer, reflect.Interface:
		return p.compare(path, a.Elem(), b.Elem())
	case reflect.Struct:
		for i := range a.NumField() {
			if err := p.compare(path+"."+a.Type().Field(i).Name, a.Field(i), b.Field(i)); err != nil {
				return err
			}
		}
	case reflect.Slice, reflect.Array:
		if a.Len() != b.Len() || a.Kind() == reflect.Slice && (p.capacities && a.Cap() != b.Cap() || a.IsNil() != b.IsNil()) {
			return fmt.Errorf("%s: length or capacity", path)
		}
		for i := range a.Len() {
			if err := p.compare(fmt.Sprint(path, i), a.Index(i), b.Index(i)); err != nil {
				return err
			}
		}
	case reflect.Map:
		return p.compareMaps(path, a, b)
	default:
		if !a.Equal(b) {
			return fmt.Errorf("%s: %v, %v", path, a, b)
		}
	}
	return nil
}

// compareMaps finds the other side's key: the same value, or for a pointer the object that it has been or can be paired with.
func (p *pairing) compareMaps(path string, a, b reflect.Value) error {
	if a.Len() != b.Len() || a.IsNil() != b.IsNil() {
		return fmt.Errorf("%s: entries", path)
	}
	if !a.IsNil() {
		if known, ok := p.pair(a.Type(), a.UnsafePointer(), b.UnsafePointer()); known || !ok {
			if !ok {
				return fmt.Errorf("%s: aliases differ", path)
			}
			return nil
		}
	}
	for it := a.MapRange(); it.Next(); {
		other := b.MapIndex(it.Key())
		if it.Key().Kind() == reflect.Pointer {
			other = p.pointerKey(it.Key(), b)
		}
		if err := p.compare(fmt.Sprintf("%s[%v]", path, it.Key()), it.Value(), other); err != nil {
			return err
		}
	}
	return nil
}

// pointerKey finds b's entry by the number of the vertex, which is unique in a graph.
func (p *pairing) pointerKey(k reflect.Value, b reflect.Value) reflect.Value {
	for it := b.MapRange(); it.Next(); {
		if it.Key().Elem().Field(0).Int() == k.Elem().Field(0).Int() && p.compare("key", k, it.Key()) == nil {
			return it.Value()
		}
	}
	return reflect.Value{}
}
