package midasrt

import (
	"encoding/binary"
	"time"
)

// A time is its instant and its zone, without the monotonic clock reading: zone kind, seconds since 1970, nanoseconds, and unless the
// zone is UTC the location's name, the zone's abbreviation there and then, and its offset in seconds.
const (
	zoneUTC byte = iota
	zoneLocal
	zoneNamed
)

func appendTime(b []byte, t time.Time) []byte {
	kind, loc := zoneNamed, t.Location()
	switch loc {
	case time.UTC:
		kind = zoneUTC
	case time.Local:
		kind = zoneLocal
	}
	b = append(b, kind)
	b = binary.AppendVarint(b, t.Unix())
	b = binary.AppendUvarint(b, uint64(t.Nanosecond()))
	if kind == zoneUTC {
		return b
	}
	if kind == zoneNamed {
		b = appendBytes(b, loc.String())
	}
	name, offset := t.Zone()
	return binary.AppendVarint(appendBytes(b, name), int64(offset))
}

func (r *reader) time() (time.Time, error) {
	kind, err := r.take(1)
	if err != nil {
		return time.Time{}, err
	}
	sec, err := r.varint()
	if err != nil {
		return time.Time{}, err
	}
	nsec, err := r.uvarint()
	if err != nil {
		return time.Time{}, err
	}
	t := time.Unix(sec, int64(nsec))
	if kind[0] == zoneUTC {
		return t.UTC(), nil
	}
	return r.inZone(t, kind[0])
}

// inZone gives t the zone that r holds: the location itself if this machine knows it and agrees about it, else a fixed zone, so that the
// time prints the same at every replica.
func (r *reader) inZone(t time.Time, kind byte) (time.Time, error) {
	loc := time.Local
	if kind == zoneNamed {
		name, err := r.bytes()
		if err != nil {
			return t, err
		}
		if loc, err = time.LoadLocation(string(name)); err != nil {
			loc = time.UTC // agrees with nothing but itself
		}
	}
	abbreviation, err := r.bytes()
	if err != nil {
		return t, err
	}
	offset, err := r.varint()
	if err != nil {
		return t, err
	}
	if name, o := t.In(loc).Zone(); name == string(abbreviation) && int64(o) == offset {
		return t.In(loc), nil
	}
	return t.In(time.FixedZone(string(abbreviation), int(offset))), nil
}
