package slice

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// objectKind is how memory came about.
type objectKind uint8

const (
	private  objectKind = iota // of one allocation; other code may reach it only by pointers that are followed
	variable                   // a package's
	shared                     // all memory of one layout that pointers lead to which are not followed
	content                    // what the pointers in one cell lead to
	box                        // what the interfaces in one cell lead to
	incoming                   // containers of one layout that an entry is given
)

// object is memory: a row of cells, one for each leaf of its layout.
type object struct {
	kind   objectKind
	base   node
	layout *layout
	global *ssa.Global
	cell   node // whose content it is
	instr  ssa.Instruction
	reads  node                // depends on all that the object leads to; 0 until needed
	writes node                // all that the object leads to depends on it; 0 until needed
	holds  []*object           // of a box
	depth  int                 // of content in content
	gifts  map[*layout]*object // of what stands for all memory that one entry is given
	giver  *object             // of incoming memory
}

// anywhere is a pointer to shared memory, of whatever layout it is used for.
const anywhere node = 0

func (s *solver) object(loc node) *object { return s.objects[s.owner[loc-s.cells]] }

// newObject makes memory with its cells.
func (s *solver) newObject(kind objectKind, l *layout) *object {
	o := &object{kind: kind, base: s.extend(l.size()), layout: l}
	for i := range l.size() {
		s.owner[o.base+i-s.cells] = int32(len(s.objects))
	}
	s.objects = append(s.objects, o)
	return o
}

// extend makes n new nodes, which belong to no function.
func (s *solver) extend(n int32) node {
	first := node(len(s.pts))
	for range n {
		s.pts = append(s.pts, 0)
		s.done = append(s.done, 0)
		s.uses = append(s.uses, 0)
		s.dynamic = append(s.dynamic, 0)
		s.owner = append(s.owner, -1)
		s.lost = append(s.lost, false)
	}
	return first
}

// sharedBy is the memory of layout l that pointers lead to which are not followed.
func (s *solver) sharedBy(l *layout) *object {
	o := s.byLayout[l]
	if o == nil {
		o = s.newObject(shared, l)
		s.byLayout[l] = o
		s.fill(o)
	}
	return o
}

// incomingBy is the memory of layout l that an entry is given: containers of its own, but structs may be those of the state.
func (s *solver) incomingBy(giver *object, l *layout) *object {
	if l.fields != nil {
		return s.sharedBy(l)
	}
	o := giver.gifts[l]
	if o == nil {
		o = s.newObject(incoming, l)
		o.giver = giver
		giver.gifts[l] = o
		s.fill(o)
	}
	return o
}

// fill says what the pointers in the cells of memory that others can reach lead to.
func (s *solver) fill(o *object) {
	for i, lf := range o.layout.leaves {
		if loc, ok := s.contentOf(o, int32(i), lf.typ); ok {
			s.add(o.base+int32(i), loc)
		}
	}
}

// contentOf is where a pointer in a cell of type t leads to, false if nowhere.
func (s *solver) contentOf(o *object, i int32, t types.Type) (node, bool) {
	switch t.Underlying().(type) {
	case *types.Basic, *types.Signature:
		return 0, false
	case *types.Interface, *types.Struct:
		return s.newContent(box, o.base+i, s.boxed).base, true
	}
	l := s.prog.layouts.target(t)
	switch {
	case l == nil || l.fields != nil:
		return anywhere, true
	case o.kind == incoming:
		return o.giver.base, true
	case o.depth >= maxDepth:
		return anywhere, true
	}
	return s.newContent(content, o.base+i, l).base, true
}

// maxDepth bounds the containers in containers that are told apart.
const maxDepth = 3

func (s *solver) newContent(kind objectKind, cell node, l *layout) *object {
	o := s.newObject(kind, l)
	o.cell = cell
	if owner := s.object(cell); owner.kind == content {
		o.depth = owner.depth + 1
	}
	if kind == content {
		s.fill(o)
	}
	s.contents[cell] = o
	return o
}

// visible reports whether code that does not follow pointers can reach the object.
func (o *object) visible() bool { return o.kind != private }

// escape makes what loc leads to reachable by whoever reads cell.
func (s *solver) escape(loc, cell node) {
	if loc == anywhere {
		if c := s.contents[cell]; c != nil && c.kind == content {
			s.merge(c.base, s.sharedBy(c.layout).base, c.layout.size())
		}
		return
	}
	o := s.object(loc)
	c := s.contents[cell]
	if o.gifts != nil {
		if c != nil && c.kind == content {
			s.merge(c.base, s.incomingBy(o, c.layout).base, c.layout.size())
		}
		return
	}
	switch {
	case c == o:
	case c == nil: // anywhere: by type
		s.lose(loc)
	case c.kind == box:
		s.hold(c, o)
		if !types.IsInterface(o.layout.leaves[0].typ) {
			s.lose(loc)
		}
	case o.kind == box:
	default:
		s.merge(loc, c.base, min(c.layout.size(), o.layout.size()-(loc-o.base)))
	}
}

func (s *solver) hold(b, o *object) {
	if b == o {
		return
	}
	for _, h := range b.holds {
		if h == o {
			return
		}
	}
	b.holds = append(b.holds, o)
	if o.layout.fields == nil && o.kind != box {
		s.merge(b.base, o.base, 1)
	}
	if b.reads != 0 {
		s.link(s.readsOf(o), b.reads, flowHeap)
	}
	if b.writes != 0 {
		s.link(b.writes, s.writesOf(o), flowHeap)
	}
}

// lose makes what loc leads to part of the shared memory of its layout.
func (s *solver) lose(loc node) {
	o := s.object(loc)
	if o.kind == box || o.kind == shared && loc == o.base || s.lost[loc-s.cells] {
		return
	}
	s.lost[loc-s.cells] = true
	at := loc - o.base
	if at == 0 && (o.kind != variable || o.layout.fields != nil) {
		s.merge(loc, s.sharedBy(o.layout).base, o.layout.size())
	}
	for _, p := range o.layout.parts {
		if p.offset == at {
			s.merge(loc, s.sharedBy(p.typ).base, p.typ.size())
		}
	}
	if one := s.prog.layouts.of(o.layout.leaves[at].typ); one != o.layout && one.size() == 1 {
		s.merge(loc, s.sharedBy(one).base, 1)
	}
}

// merge makes n cells the same.
func (s *solver) merge(a, b node, n int32) {
	if a == b || n <= 0 || s.merged[edge{a, b}] {
		return
	}
	s.merged[edge{a, b}] = true
	s.merges = append(s.merges, merger{a, b, n})
	for i := range n {
		s.copy(a+i, b+i, flowHeap)
		s.copy(b+i, a+i, flowHeap)
	}
}

// readsOf is a node that depends on all that the object leads to.
func (s *solver) readsOf(o *object) node {
	if o.reads != 0 {
		return o.reads
	}
	o.reads = s.extend(1)
	for i, lf := range o.layout.leaves {
		cell := o.base + int32(i)
		s.link(cell, o.reads, flowHeap)
		if lf.leads && o.kind != box {
			s.use(cell, usage{kind: useDeep, deep: deep{ptr: cell, dst: o.reads, layout: s.prog.layouts.target(lf.typ)}})
		}
	}
	for _, h := range o.holds {
		s.link(s.readsOf(h), o.reads, flowHeap)
	}
	return o.reads
}

// writesOf is a node on which all depends that the object leads to.
func (s *solver) writesOf(o *object) node {
	if o.writes != 0 {
		return o.writes
	}
	o.writes = s.extend(1)
	for i, lf := range o.layout.leaves {
		cell := o.base + int32(i)
		s.link(o.writes, cell, flowHeap)
		if lf.leads && o.kind != box {
			s.use(cell, usage{kind: useFill, deep: deep{ptr: cell, dst: o.writes, layout: s.prog.layouts.target(lf.typ)}})
		}
	}
	for _, h := range o.holds {
		s.link(o.writes, s.writesOf(h), flowHeap)
	}
	return o.writes
}
