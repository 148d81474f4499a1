package compensate

import (
	"fmt"
	"math/big"
	"net/netip"
	"reflect"
	"time"
)

// codec encodes a type whose parts are not its meaning. Values are given by address.
type codec struct {
	encode func(w *writer, p any, normal bool) error // normal: meaning only, for digests
	decode func(r *reader, p any) error
	text   func(p any) string
}

// codecs are the types that are encoded as one value.
var codecs = map[reflect.Type]*codec{
	reflect.TypeFor[time.Time]():  {encodeTime, decodeTime, func(p any) string { return p.(*time.Time).Format(time.RFC3339Nano) }},
	reflect.TypeFor[big.Int]():    gobCodec,
	reflect.TypeFor[big.Rat]():    gobCodec,
	reflect.TypeFor[big.Float]():  gobCodec,
	reflect.TypeFor[netip.Addr](): binaryCodec,
}

// gobCodec serves the numbers of math/big: the same number has different parts after different calculations.
var gobCodec = &codec{
	encode: func(w *writer, p any, _ bool) error {
		b, err := p.(interface{ GobEncode() ([]byte, error) }).GobEncode()
		w.bytes(b)
		return err
	},
	decode: func(r *reader, p any) error {
		return p.(interface{ GobDecode([]byte) error }).GobDecode(r.bytes())
	},
	text: func(p any) string { return fmt.Sprint(p) },
}

// binaryCodec serves netip.Addr, which holds a canonical pointer.
var binaryCodec = &codec{
	encode: func(w *writer, p any, _ bool) error {
		b, err := p.(interface{ MarshalBinary() ([]byte, error) }).MarshalBinary()
		w.bytes(b)
		return err
	},
	decode: func(r *reader, p any) error {
		return p.(interface{ UnmarshalBinary([]byte) error }).UnmarshalBinary(r.bytes())
	},
	text: func(p any) string { return fmt.Sprint(p) },
}

// encodeTime keeps instant, offset and, beyond the normal form, the zone's name. The monotonic reading means nothing in another process.
func encodeTime(w *writer, p any, normal bool) error {
	t := p.(*time.Time)
	w.int(t.Unix())
	w.uint(uint64(t.Nanosecond()))
	name, offset := zoneName(*t)
	w.int(int64(offset))
	if !normal {
		w.string(name)
	}
	return nil
}

// zoneName is the location's name and the offset in seconds. UTC has no name, so that the zero Time and its copy in UTC are one.
func zoneName(t time.Time) (string, int) {
	if t.Location() == time.UTC {
		return "", 0
	}
	_, offset := t.Zone()
	return t.Location().String(), offset
}

func decodeTime(r *reader, p any) error {
	sec, nsec := r.int(), r.uint()
	offset, name := int(r.int()), r.string()
	t := p.(*time.Time)
	was := t.Location()
	*t = time.Unix(sec, int64(nsec)).UTC()
	if name == "" && offset == 0 {
		return nil
	}
	*t = t.In(location(name, offset, *t, was))
	return nil
}

// location finds the named zone, if it has that offset at t, and makes a fixed one otherwise. The location that was there goes
// first, so that unchanged values keep it.
func location(name string, offset int, t time.Time, was *time.Location) *time.Location {
	candidates := []*time.Location{was, time.Local}
	if loc, err := time.LoadLocation(name); err == nil {
		candidates = append(candidates, loc)
	}
	for _, loc := range candidates {
		if _, o := t.In(loc).Zone(); loc.String() == name && o == offset {
			return loc
		}
	}
	return time.FixedZone(name, offset)
}
