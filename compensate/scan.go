package compensate

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"unsafe"
)

// block is a stretch of memory that the state reaches as one object: n elements of a type. Pointers into it and slices of it are
// offsets in it.
type block struct {
	ptr  unsafe.Pointer
	elem reflect.Type
	n    int
	// seen are the elements that a pointer or a slice's length reaches, as sorted half-open ranges. The others lie behind lengths.
	seen []span
}

type span struct{ lo, hi int }

func (b *block) start() uintptr { return uintptr(b.ptr) }
func (b *block) size() uintptr  { return b.elem.Size() * uintptr(b.n) }
func (b *block) end() uintptr   { return b.start() + b.size() }
func (b *block) whole() bool    { return len(b.seen) == 1 && b.seen[0] == span{0, b.n} }

// bytes is a part of a block whose elements are bytes.
func (b *block) bytes(sp span) []byte { return unsafe.Slice((*byte)(b.ptr), b.n)[sp.lo:sp.hi] }

func (b *block) at(i int) reflect.Value {
	return reflect.NewAt(b.elem, unsafe.Add(b.ptr, uintptr(i)*b.elem.Size())).Elem()
}

// region is one way in which the state reaches memory: seen of its n elements are visible, the others are a slice's spare capacity.
type region struct {
	ptr  unsafe.Pointer
	elem reflect.Type
	n    int
	seen int
}

func (r region) end() uintptr { return uintptr(r.ptr) + r.elem.Size()*uintptr(r.n) }

// scan finds all memory that the state reaches. Without it an interior pointer that comes first would split the object that it
// points into.
type scan struct {
	capacities bool // a slice reaches its whole capacity, not only its length
	registry   *registry
	visited    map[region]bool
	maps       map[unsafe.Pointer]bool
	regions    []region
	todo       []region // to be walked
	blocks     []block
}

func newScan(r *registry, capacities bool) *scan {
	return &scan{capacities: capacities, registry: r, visited: map[region]bool{}, maps: map[unsafe.Pointer]bool{}}
}

// run completes the scan from the pointers in roots.
func (s *scan) run(roots []root) error {
	for _, r := range roots {
		s.registry.add(r.ptr.Type())
		s.pointer(r.ptr.UnsafePointer(), r.ptr.Type().Elem())
	}
	for {
		s.drain()
		if err := s.merge(); err != nil {
			return err
		}
		// Merged elements may have parts that no single region showed.
		for i := range s.blocks {
			for _, sp := range s.blocks[i].seen {
				b := &s.blocks[i]
				s.visit(region{b.at(sp.lo).Addr().UnsafePointer(), b.elem, sp.hi - sp.lo, sp.hi - sp.lo})
			}
		}
		if len(s.todo) == 0 {
			return nil
		}
	}
}

func (s *scan) drain() {
	for len(s.todo) > 0 {
		r := s.todo[len(s.todo)-1]
		s.todo = s.todo[:len(s.todo)-1]
		for i := range r.seen {
			s.value(reflect.NewAt(r.elem, unsafe.Add(r.ptr, uintptr(i)*r.elem.Size())).Elem())
		}
	}
}

// visit notes a region, and that its visible elements are to be walked if they can lead on.
func (s *scan) visit(r region) {
	if r.n == 0 || r.elem.Size() == 0 || s.visited[r] {
		return
	}
	s.visited[r] = true
	s.regions = append(s.regions, r)
	if layoutOf(r.elem).pointers {
		s.todo = append(s.todo, r)
	}
}

// pointer notes what p points to. A pointer to an array is one to its elements, as a slice of it would be.
func (s *scan) pointer(p unsafe.Pointer, elem reflect.Type) {
	if p == nil {
		return
	}
	elem, n := elements(elem)
	s.visit(region{p, elem, n, n})
}

func elements(t reflect.Type) (reflect.Type, int) {
	if t.Kind() == reflect.Array && layoutOf(t).class == array {
		return t.Elem(), t.Len()
	}
	return t, 1
}

// value walks v, which is addressable.
func (s *scan) value(v reflect.Value) {
	l := layoutOf(v.Type())
	if !l.pointers {
		return
	}
	switch l.class {
	case pointer:
		s.pointer(v.UnsafePointer(), v.Type().Elem())
	case atomicPointer:
		held := heldPointer(v)
		s.pointer(held.UnsafePointer(), held.Type().Elem())
	case slice:
		s.slice(v)
	case array:
		for i := range v.Len() {
			s.value(v.Index(i))
		}
	case structure, message:
		for _, f := range l.fields {
			s.value(exposed(v.Field(f.index)))
		}
	case dict:
		if !s.maps[v.UnsafePointer()] {
			s.maps[v.UnsafePointer()] = true
			s.entries(v)
		}
	case syncMap:
		s.entries(syncMapContent(v))
	case iface:
		if !v.IsNil() && !l.sealed {
			s.registry.add(v.Elem().Type())
			s.value(copied(v.Elem()))
		}
	}
}

func (s *scan) slice(v reflect.Value) {
	n := v.Len()
	if s.capacities {
		n = v.Cap()
	}
	s.visit(region{v.UnsafePointer(), v.Type().Elem(), n, v.Len()})
}

func (s *scan) entries(m reflect.Value) {
	key, elem := layoutOf(m.Type().Key()).pointers, layoutOf(m.Type().Elem()).pointers
	if !key && !elem {
		return
	}
	for it := m.MapRange(); it.Next(); {
		if key {
			s.value(copied(it.Key()))
		}
		if elem {
			s.value(copied(it.Value()))
		}
	}
}

// merge makes blocks of regions: one that lies in another is part of it, slices that overlap are parts of one array.
func (s *scan) merge() error {
	slices.SortFunc(s.regions, compareRegions)
	s.blocks = s.blocks[:0]
	var in []region // the regions of the last block
	for _, r := range s.regions {
		last := len(s.blocks) - 1
		if last < 0 || uintptr(r.ptr) >= s.blocks[last].end() {
			s.settleLast(in)
			s.blocks = append(s.blocks, block{ptr: r.ptr, elem: r.elem, n: r.n})
			in = append(in[:0], r)
			continue
		}
		in = append(in, r)
		b := &s.blocks[last]
		if r.end() <= b.end() {
			continue
		}
		off := uintptr(r.ptr) - b.start()
		if r.elem != b.elem || off%r.elem.Size() != 0 {
			return fmt.Errorf("a %s and a %s overlap in part: unsafe memory cannot be encoded", b.elem, r.elem)
		}
		b.n = int(off/r.elem.Size()) + r.n
	}
	s.settleLast(in)
	return nil
}

// compareRegions puts enclosing regions before those inside: by address, then larger first, then the outer type first.
func compareRegions(a, b region) int {
	if c := cmp.Compare(uintptr(a.ptr), uintptr(b.ptr)); c != 0 {
		return c
	}
	if c := cmp.Compare(b.end(), a.end()); c != 0 || a.elem == b.elem {
		return c
	}
	return cmp.Or(cmp.Compare(depth(b.elem), depth(a.elem)), cmp.Compare(b.n, a.n))
}

// depth is how deeply t nests other types in its own memory.
func depth(t reflect.Type) int {
	d := 0
	switch t.Kind() {
	case reflect.Array:
		d = 1 + depth(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			d = max(d, depth(t.Field(i).Type))
		}
		d++
	}
	return d
}

// settleLast computes which elements of the last block its regions show.
func (s *scan) settleLast(in []region) {
	if len(s.blocks) == 0 {
		return
	}
	b := &s.blocks[len(s.blocks)-1]
	var seen []span
	for _, r := range in {
		if r.seen == 0 {
			continue
		}
		lo := uintptr(r.ptr) - b.start()
		hi := lo + uintptr(r.seen)*r.elem.Size()
		seen = append(seen, span{int(lo / b.elem.Size()), int((hi + b.elem.Size() - 1) / b.elem.Size())})
	}
	slices.SortFunc(seen, func(x, y span) int { return cmp.Compare(x.lo, y.lo) })
	for _, sp := range seen {
		if k := len(b.seen) - 1; k >= 0 && sp.lo <= b.seen[k].hi {
			b.seen[k].hi = max(b.seen[k].hi, sp.hi)
		} else {
			b.seen = append(b.seen, sp)
		}
	}
}

// find returns the block that p points into and the offset there, or nil.
func (s *scan) find(p unsafe.Pointer) (*block, uintptr) {
	i, ok := slices.BinarySearchFunc(s.blocks, uintptr(p), func(b block, a uintptr) int { return cmp.Compare(b.start(), a) })
	if !ok {
		i--
	}
	if i < 0 || uintptr(p) >= s.blocks[i].end() {
		return nil, 0
	}
	return &s.blocks[i], uintptr(p) - s.blocks[i].start()
}
