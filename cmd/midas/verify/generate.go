package verify

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/midas-tiers/midas/compensate"
)

// Pools are small, so that what one request stores another one asks for.
var (
	words   = []string{"a", "b", "c", "d"}
	numbers = []int64{1, 2, 3, 5}
	odd     = []int64{0, -1, 7, 100, 1 << 20}
)

const (
	maxDepth = 3   // of messages in messages
	maxSeen  = 256 // values of replies that are kept for a field name, the latest ones
)

// generator draws requests.
type generator struct {
	rng   *rand.Rand
	words []string
	seen  map[string][]protoreflect.Value // strings and numbers of replies, by seenKeys
}

// newGenerator returns a generator that also draws the text keys of maps in the service's initial state: the products that a shop sells.
func newGenerator(seed uint64, initial []compensate.Located) *generator {
	return &generator{words: slices.Concat(words, keys(initial)), rng: rand.New(rand.NewPCG(seed, 0)), seen: make(map[string][]protoreflect.Value)}
}

// next draws the i-th request: each method once, in their order, and then any.
func (g *generator) next(i int, methods []*method) (*method, proto.Message) {
	m := methods[i%len(methods)]
	if i >= len(methods) {
		m = methods[g.rng.IntN(len(methods))]
	}
	msg := dynamicpb.NewMessage(m.input)
	g.fill(msg, 0)
	return m, msg
}

func (g *generator) fill(m protoreflect.Message, depth int) {
	d := m.Descriptor()
	if g.known(m) {
		return
	}
	chosen := make(map[protoreflect.Name]protoreflect.FieldDescriptor)
	for i := range d.Oneofs().Len() {
		if o := d.Oneofs().Get(i); !o.IsSynthetic() {
			chosen[o.Name()] = o.Fields().Get(g.rng.IntN(o.Fields().Len()))
		}
	}
	for i := range d.Fields().Len() {
		f := d.Fields().Get(i)
		if o := f.ContainingOneof(); o != nil && !o.IsSynthetic() && chosen[o.Name()] != f {
			continue
		}
		if f.Cardinality() == protoreflect.Required || g.rng.IntN(8) > 0 {
			g.field(m, f, depth)
		}
	}
}

// known fills a message whose fields are not free.
func (g *generator) known(m protoreflect.Message) bool {
	d := m.Descriptor()
	set := func(name protoreflect.Name, v protoreflect.Value) {
		if f := d.Fields().ByName(name); f != nil {
			m.Set(f, v)
		}
	}
	switch d.FullName() {
	case "google.protobuf.Timestamp":
		set("seconds", protoreflect.ValueOfInt64(1_700_000_000+60*g.rng.Int64N(8)))
	case "google.protobuf.Duration":
		set("seconds", protoreflect.ValueOfInt64(g.rng.Int64N(4)))
	case "google.protobuf.Any", "google.protobuf.FieldMask", "google.protobuf.Struct", "google.protobuf.Value", "google.protobuf.ListValue":
	default:
		return false
	}
	return true
}

func (g *generator) field(m protoreflect.Message, f protoreflect.FieldDescriptor, depth int) {
	message := f.Message() != nil
	switch {
	case f.IsMap():
		entries := m.Mutable(f).Map()
		for range 1 + g.rng.IntN(3) {
			key := g.scalar(f.MapKey()).MapKey()
			if f.MapValue().Message() == nil {
				entries.Set(key, g.scalar(f.MapValue()))
			} else if depth < maxDepth {
				v := entries.NewValue()
				g.fill(v.Message(), depth+1)
				entries.Set(key, v)
			}
		}
	case message && depth >= maxDepth && f.Cardinality() != protoreflect.Required:
	case f.IsList():
		list := m.Mutable(f).List()
		for range 1 + g.rng.IntN(3) {
			if !message {
				list.Append(g.scalar(f))
				continue
			}
			v := list.NewElement()
			g.fill(v.Message(), depth+1)
			list.Append(v)
		}
	case message:
		if depth < 4*maxDepth { // a circle of required messages cannot be had
			g.fill(m.Mutable(f).Message(), depth+1)
		}
	default:
		m.Set(f, g.scalar(f))
	}
}

// scalar draws a value: one that a reply had in a field of that name, or one of the pool.
func (g *generator) scalar(f protoreflect.FieldDescriptor) protoreflect.Value {
	back, at := g.rng.IntN(2) == 0, g.rng.Float64() // drawn always: what replies hold must not move what comes next
	word, number, other, rare := pick(g, g.words), pick(g, numbers), pick(g, odd), g.rng.IntN(12) == 0
	if rare {
		number = other
	}
	for _, key := range seenKeys(f) {
		if seen := g.seen[key]; back && len(seen) > 0 {
			return seen[int(at*float64(len(seen)))]
		}
	}
	switch f.Kind() {
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(word)
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes([]byte(word))
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(number%2 == 0)
	case protoreflect.EnumKind:
		values := f.Enum().Values()
		return protoreflect.ValueOfEnum(values.Get(int(at * float64(values.Len()))).Number())
	case protoreflect.FloatKind:
		return protoreflect.ValueOfFloat32(float32(number))
	case protoreflect.DoubleKind:
		return protoreflect.ValueOfFloat64(float64(number))
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		return protoreflect.ValueOfInt32(int32(number))
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		return protoreflect.ValueOfUint32(uint32(max(number, 0)))
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return protoreflect.ValueOfUint64(uint64(max(number, 0)))
	}
	return protoreflect.ValueOfInt64(number)
}

// maxKeys is how many keys of the initial state are drawn from.
const maxKeys = 16

var textKey = regexp.MustCompile(`\["(?:\\.|[^"\\])*"\]`)

// keys are the first text keys of maps in the state, sorted.
func keys(state []compensate.Located) []string {
	found := make(map[string]bool)
	for _, l := range state {
		for _, quoted := range textKey.FindAllString(l.Path, -1) {
			if key, err := strconv.Unquote(quoted[1 : len(quoted)-1]); err == nil {
				found[key] = true
			}
		}
	}
	sorted := slices.Sorted(maps.Keys(found))
	return sorted[:min(len(sorted), maxKeys)]
}

func pick[T any](g *generator, from []T) T { return from[g.rng.IntN(len(from))] }

// seenKeys are under which names values of a field are kept: its own, and one that all ids share. Values of another kind would not fit.
func seenKeys(f protoreflect.FieldDescriptor) []string {
	keys := []string{fmt.Sprintf("%s %v", f.Name(), f.Kind())}
	if name := strings.TrimSuffix(strings.ToLower(string(f.Name())), "s"); strings.HasSuffix(name, "id") {
		keys = append(keys, fmt.Sprintf("any id %v", f.Kind()))
	}
	return keys
}

// learn keeps the strings and numbers of a reply.
func (g *generator) learn(m protoreflect.Message) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		switch f := fields.Get(i); {
		case f.IsMap() || !m.Has(f):
		case f.IsList():
			list := m.Get(f).List()
			for i := range min(list.Len(), maxSeen) {
				g.learnValue(f, list.Get(i))
			}
		default:
			g.learnValue(f, m.Get(f))
		}
	}
}

func (g *generator) learnValue(f protoreflect.FieldDescriptor, v protoreflect.Value) {
	switch f.Kind() {
	case protoreflect.MessageKind, protoreflect.GroupKind:
		g.learn(v.Message())
	case protoreflect.BoolKind, protoreflect.EnumKind, protoreflect.BytesKind:
	default:
		for _, key := range seenKeys(f) {
			if g.seen[key] = append(g.seen[key], v); len(g.seen[key]) > maxSeen {
				g.seen[key] = g.seen[key][1:]
			}
		}
	}
}
