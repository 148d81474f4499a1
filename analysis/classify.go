package analysis

import (
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
	"github.com/midas-tiers/midas/analysis/report"
)

// way is how a write is contaminated.
type way string

const (
	byValue      way = "value"
	byLocation   way = "location"
	byOccurrence way = "occurrence"
)

// hit is a place where contamination reaches what an operation leaves behind.
type hit struct {
	in     ssa.Instruction
	site   ssa.CallInstruction // the call whose execution of in's function it is
	fields []string            // persistent fields; none for a request, a reply or code that is not seen
	what   string
	unseen string // function or statement behind which contamination is not followed any further
	how    map[way]srcs
	from   any // one contaminated place that led here, for the path
}

func (h *hit) all() srcs {
	var out srcs
	for _, s := range h.how {
		out = out.or(s)
	}
	return out
}

// classify follows all sources through every sliver and says which are first-hand for which entry.
func (p *program) classify() {
	for _, s := range p.slivers {
		t := p.newTaint(s, p.seedAll)
		t.why = map[trail]origin{}
		t.solve()
		s.flow = t
		for _, h := range t.hits() {
			for _, i := range h.all().each() {
				p.reaches(p.sources[i-1], s, t, h, i)
			}
		}
		for in := range s.region {
			if src := p.sourceAt[in]; src != nil && src.class[s.entry.method] == "" {
				src.class[s.entry.method] = report.Superficial
			}
		}
	}
	for _, e := range p.entries {
		if p.parks[e.fn] {
			p.carry(e)
		}
	}
	for _, src := range p.sources {
		for _, c := range src.class {
			src.firstHand = src.firstHand || c == report.FirstHand
		}
		p.checkSource(src)
	}
}

func (p *program) seedAll(in ssa.Instruction) srcs {
	if src := p.sourceAt[in]; src != nil && src.harmless == "" {
		return one(src.index)
	}
	return srcs{}
}

// reaches notes that source i reaches the hit. The path that is kept leads to what persists, if anything does.
func (p *program) reaches(src *source, s *sliver, t *taint, h *hit, i int) {
	e := s.entry.method
	src.class[e] = report.FirstHand
	if src.goals[e] == nil {
		src.goals[e] = map[string]bool{}
	}
	goals := s.goals(h)
	persists := slices.ContainsFunc(goals, persists)
	if len(src.goals[e]) == 0 || persists && !src.persists[e] {
		src.paths[e] = t.path(h, i)
	}
	addAll(src.goals[e], goals)
	src.persists[e] = src.persists[e] || persists
	src.must[e] = src.must[e] || persists && t.must(src, h)
}

// checkSource reports first-hand sources that can neither be recorded nor determinized.
func (p *program) checkSource(src *source) {
	if !src.firstHand {
		return
	}
	if src.Kind == Select {
		for _, in := range src.at {
			p.hinderIn(in.Parent(), src.Node.Pos(), "a select among several cases decides what is kept or answered")
		}
	}
	src.untreated = p.untreated(src)
	if src.untreated == "" {
		return
	}
	for _, e := range sortedKeys(src.class) {
		if src.class[e] == report.FirstHand {
			p.problem(src.Node.Pos(), e, src.untreated)
		}
	}
}

// untreated says why the source can neither be recorded nor determinized, "" if it can.
func (p *program) untreated(src *source) string {
	switch {
	case src.Kind == Select:
		return ""
	case src.Kind == MapOrder && src.Symbol == "range" && !src.Determinized:
		return "a map whose keys have no order that replicas agree on (pointers, interfaces or floating-point) is ranged over in an order that matters"
	case src.recorded() && p.skipsOwn(src):
		return src.Symbol + " calls back own code, which replicas that take its result from the log would not run"
	case strings.HasSuffix(src.Symbol, "sync.Map).Range"):
		return "sync.Map.Range visits keys in an order that matters: not supported yet"
	}
	return ""
}

// skipsOwn says that own code runs only where the source itself is called. What has no result is recorded as what it calls back with.
func (p *program) skipsOwn(src *source) bool {
	for _, in := range src.at {
		site, ok := in.(ssa.CallInstruction)
		if !ok {
			continue
		}
		if c := p.calls[site]; len(c.inline)+len(c.async) > 0 && site.Common().Signature().Results().Len() > 0 {
			return true
		}
	}
	return false
}

// hits lists, in program order, what contamination reaches in the sliver.
func (t *taint) hits() []*hit {
	var out []*hit
	t.each(func(in ssa.Instruction) {
		h := t.hit(in)
		if h == nil || h.all().empty() {
			h = t.caught(in)
		}
		if h != nil && !h.all().empty() {
			h.site, h.from = t.site, t.locate(h.from)
			out = append(out, h)
		}
	})
	slices.SortStableFunc(out, func(a, b *hit) int { return a.rank() - b.rank() })
	return out
}

// rank puts the hits that explain most first.
func (h *hit) rank() int {
	switch {
	case len(h.fields) > 0:
		return 0
	case h.leaves():
		return 1
	case h.what == "reply":
		return 2
	}
	return 3
}

func (t *taint) hit(in ssa.Instruction) *hit {
	switch in := in.(type) {
	case *ssa.Return:
		if in.Parent() == t.s.entry.fn {
			return t.output(in, results(in), "reply")
		}
		return nil
	case *ssa.Store:
		return t.written(in, t.get(in.Val), in.Val, t.get(in.Addr), in.Addr)
	case *ssa.MapUpdate:
		return t.written(in, t.get(in.Value), in.Value, t.get(in.Key).or(t.get(in.Map)), in.Key)
	case ssa.CallInstruction:
		return t.callHit(in)
	}
	return nil
}

func (t *taint) callHit(site ssa.CallInstruction) *hit {
	common := site.Common()
	if b, ok := common.Value.(*ssa.Builtin); ok {
		return t.builtinHit(site, b.Name())
	}
	c := t.p.calls[site]
	ops := points.Operands(common)
	switch {
	case c.nested != "":
		return t.output(site, ops, c.leaves())
	case len(c.externs) == 0:
		return nil
	}
	in, from := t.operands(ops, site)
	if t.p.fills(site) >= 0 {
		in = in.or(t.seed(site))
	}
	var where srcs
	for _, m := range c.mutates() {
		if m < len(ops) {
			where = where.or(t.get(ops[m]))
		}
	}
	h := t.written(site, in.or(t.answers(site, c)).minus(one(remade)), from, where, from)
	if h != nil && len(h.fields) > 0 {
		return h
	}
	for _, e := range c.externs {
		if e.External || e.Local || !e.known {
			what := "the outside by " + e.symbol
			if !e.known {
				what = e.symbol + ", which is not known"
			}
			return &hit{in: site, what: what, unseen: e.symbol, how: map[way]srcs{byValue: in, byOccurrence: t.blockControl(site.Block())}, from: from}
		}
	}
	return t.failure(site, c)
}

// failure is the hit of an error that a goroutine returns to its group, whose Wait is not followed any further.
func (t *taint) failure(site ssa.CallInstruction, c *call) *hit {
	for _, g := range c.async {
		if k := (slot{site, g, 0}); !t.slots[k].empty() {
			return &hit{in: site, what: "the error of a goroutine", unseen: calledFunc(site.Common()).FullName(), how: map[way]srcs{byValue: t.slots[k]}, from: k}
		}
	}
	return nil
}

func (t *taint) builtinHit(site ssa.CallInstruction, name string) *hit {
	args := site.Common().Args
	var value, where srcs
	var from any
	switch name {
	case "append", "copy":
		s, at := t.load(elements(t.p.graph.Of(args[1])), site)
		value, from = s.or(t.get(args[1])), at
		where = t.get(args[0])
	case "delete":
		where, from = t.get(args[0]).or(t.get(args[1])), args[1]
	case "clear":
		where, from = t.get(args[0]), args[0]
	default:
		return nil
	}
	return t.written(site, value, from, where, from)
}

// written is the hit of a write to persistent memory, nil if the instruction writes none.
func (t *taint) written(in ssa.Instruction, value srcs, from any, where srcs, at any) *hit {
	fields := t.p.writtenFields(in)
	if len(fields) == 0 {
		return nil
	}
	ctl := t.blockControl(in.Block())
	h := &hit{in: in, fields: fields, how: map[way]srcs{byValue: value, byLocation: where, byOccurrence: ctl}, from: from}
	h.what = strings.Join(fields, ", ")
	if value.empty() {
		h.from = at
	}
	if value.empty() && where.empty() {
		h.from = nil
	}
	return h
}

func (p *program) writtenFields(in ssa.Instruction) []string {
	set := map[string]bool{}
	for _, w := range p.effectOf(in).writes {
		for _, n := range p.state.cellNames(w.Addr, w.typ) {
			set[n] = true
		}
	}
	return sortedKeys(set)
}

// output is the hit of values that leave the sliver.
func (t *taint) output(in ssa.Instruction, values []ssa.Value, what string) *hit {
	s, from := t.operands(values, in)
	h := &hit{in: in, what: what, how: map[way]srcs{byValue: s, byOccurrence: t.blockControl(in.Block())}, from: from}
	return h
}

// stepPos is in's position, or that of its statement.
func (p *program) stepPos(in ssa.Instruction) token.Pos {
	if in.Pos().IsValid() {
		return in.Pos()
	}
	if st := p.syntax.of[in]; st != nil {
		return st.Pos()
	}
	return in.Parent().Pos()
}
