package midasrt

import (
	"encoding/binary"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// A trace is what one sliver drew at one replica:
//
//	0 VALUES                                  the root strand alone
//	N {len PATH len VALUES}*N {STRAND COUNT}*  several strands, by path; then the tape's order, in runs of one strand's closures
//
// The record modes have no tape, so their traces have no STRAND COUNT: each strand takes its own values, and the order in which strands
// run is left to locks and channels, as it was where the trace was recorded.
//
// VALUES is a sequence of site id and value. Numbers are unsigned varints. Values have no framing of their own: the site's type says how
// long they are, and a site that differs is found before its value is read.

// EmptyTrace is what Give can be given for a sliver that draws nothing, for who must tell such a sliver from one without a trace.
func EmptyTrace() []byte { return []byte{0} }

// note appends v, drawn at s, to the trace, and sets v to what reading the trace will give.
func (s *strand) note(site Site, v reflect.Value) {
	at := len(s.trace)
	b := binary.AppendUvarint(s.trace, uint64(site))
	start := len(b)
	b, err := encode(b, v)
	if err == nil && !isDirect(v.Kind()) {
		fresh := reflect.New(v.Type()).Elem()
		if err = decode(&reader{b: b[start:]}, fresh); err == nil {
			v.Set(fresh)
		}
	}
	if err != nil {
		s.trace = s.trace[:at]
		s.op.unencodable(fmt.Errorf("midasrt: op %s: value of source %v, type %v: %w", s.op.id, site, v.Type(), err))
		return
	}
	s.trace = b
}

// isDirect says that a value of the kind equals its decoding by construction.
func isDirect(k reflect.Kind) bool {
	return k >= reflect.Bool && k <= reflect.Complex128 || k == reflect.String
}

func (o *Op) unencodable(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.broken == nil {
		o.broken = err
	}
}

// take sets v to the next value of the trace, which must be of this site. If the trace does not fit, it panics, to leave the closure of a
// tape, and never returns in an execution that runs for the first time.
func (s *strand) take(site Site, v reflect.Value) {
	if err := s.replay.next(site, v); err != nil {
		err = fmt.Errorf("%w: strand %q: %w", errMisfit, s.path, err)
		s.op.mu.Lock()
		if s.op.misfit == nil {
			s.op.misfit = err
		}
		s.op.mu.Unlock()
		if s.op.mode.keeps() {
			panic(err)
		}
		s.op.halt()
	}
}

func (r *reader) next(site Site, v reflect.Value) error {
	if len(r.b) == 0 {
		return fmt.Errorf("exhausted at source %v", site)
	}
	id, err := r.uvarint()
	if err != nil {
		return err
	}
	if Site(id) != site {
		return fmt.Errorf("has a value of source %v where %v draws", Site(id), site)
	}
	if err := decode(r, v); err != nil {
		return fmt.Errorf("value of source %v: %w", site, err)
	}
	return nil
}

// Trace returns the trace of the sliver just run, empty in ModeVanilla, and without meaning if the sliver was given one. drew says whether a value was drawn, or closures of several
// strands came in an order that another replica may not repeat; if not, the sliver is deterministic and has no trace. The error says which
// value cannot be encoded: then only whole copies of the state can make other replicas equal.
func (o *Op) Trace() (trace []byte, drew bool, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, s := range o.strands {
		drew = drew || s.draws > 0 || s != o.root && len(o.tape) > 0
	}
	if !drew || o.mode == ModeVanilla {
		return nil, drew, nil
	}
	if o.broken != nil {
		return nil, true, o.broken
	}
	if len(o.strands) == 1 {
		return append([]byte{0}, o.root.trace...), true, nil
	}
	return o.joint(), true, nil
}

// joint is the trace of several strands.
func (o *Op) joint() []byte {
	all := slices.SortedFunc(slices.Values(o.strands), func(a, b *strand) int { return strings.Compare(a.path, b.path) })
	b := binary.AppendUvarint(nil, uint64(len(all)))
	index := map[*strand]uint64{}
	for i, s := range all {
		index[s] = uint64(i)
		b = appendBytes(appendBytes(b, []byte(s.path)), s.trace)
	}
	for i := 0; i < len(o.tape); {
		s, n := o.tape[i].strand, i
		for n < len(o.tape) && o.tape[n].strand == s {
			n++
		}
		b = binary.AppendUvarint(binary.AppendUvarint(b, index[s]), uint64(n-i))
		i = n
	}
	return b
}

// split takes a trace apart by strand; order is that of its tape, nil if there is only the root strand. No strands: nothing was drawn.
func split(trace []byte) (given map[string]*reader, order *reader, err error) {
	given, r := map[string]*reader{}, &reader{b: trace}
	if len(trace) == 0 {
		return given, nil, nil
	}
	n, err := r.uvarint()
	if err != nil {
		return nil, nil, err
	}
	if n == 0 {
		given[""] = r
		return given, nil, nil
	}
	last := ""
	for i := range n {
		path, err := r.bytes()
		if err != nil {
			return nil, nil, err
		}
		values, err := r.bytes()
		if err != nil {
			return nil, nil, err
		}
		if i > 0 && string(path) <= last {
			return nil, nil, fmt.Errorf("strand %q after strand %q", path, last)
		}
		last = string(path)
		given[last] = &reader{b: values}
	}
	return given, r, nil
}

// parse splits a trace and puts the tape of this replica in its order.
func (o *Op) parse(trace []byte) (map[string]*reader, []closure, error) {
	given, r, err := split(trace)
	if err != nil || r == nil {
		return given, o.tape, err
	}
	order, err := o.ordered(r, slices.Sorted(maps.Keys(given)))
	return given, order, err
}

// ordered is the tape in the order that r holds.
func (o *Op) ordered(r *reader, paths []string) (order []closure, err error) {
	tapes := map[string][]closure{}
	for _, c := range o.tape {
		tapes[c.strand.path] = append(tapes[c.strand.path], c)
	}
	for len(r.b) > 0 {
		i, err := r.uvarint()
		if err != nil {
			return nil, err
		}
		n, err := r.uvarint()
		if err != nil {
			return nil, err
		}
		if i >= uint64(len(paths)) || n > uint64(len(tapes[paths[i]])) {
			return nil, fmt.Errorf("%w: its tape is longer than this one", errMisfit)
		}
		order = append(order, tapes[paths[i]][:n]...)
		tapes[paths[i]] = tapes[paths[i]][n:]
	}
	for _, path := range slices.Sorted(maps.Keys(tapes)) {
		if len(tapes[path]) > 0 {
			return nil, fmt.Errorf("%w: its tape of strand %q is shorter than this one", errMisfit, path)
		}
	}
	return order, nil
}
