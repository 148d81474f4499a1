package verify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/midas-tiers/midas/analysis/topology"
	"github.com/midas-tiers/midas/cmd/midas/fleet"
)

// lag is how long after the end of the first copy the second one starts: clocks that are read to the second then differ for every request.
const lag = 1100 * time.Millisecond

// Config of Run. Topology, Mains, Known, Rounds, Patience and Log are required.
type Config struct {
	Topology *topology.Topology // valid; its tiers' Binary is built plain
	Mains    map[string]string  // import path of each tier's main package
	Dir      string             // what working folders are relative to
	Known    Known              // what the analyzer knew
	File     string             // requests to send; "" draws them
	Requests int                // how many to draw
	Seed     uint64             // of the drawing
	Rounds   int                // how often a second copy repeats the requests
	Metadata map[string]string  // of every request that is drawn
	Patience time.Duration      // how long a method may take to answer
	Record   string             // file to write the requests to; "" is none
	Log      io.Writer          // progress, one line each
}

// Run drives the copies. An error is an *InputError when the user gave something wrong. When ctx ends, Run ends the copies and returns.
func Run(ctx context.Context, c Config) (*Result, error) {
	left := make(map[string]string)
	for {
		r := &run{Config: c, left: left, found: newFindings(c.Known), tallies: make(map[string]*tally)}
		err := r.all(ctx)
		if u := (*unfit)(nil); errors.As(err, &u) && left[u.method] == "" {
			fmt.Fprintf(c.Log, "midas: %v: it is left out, and all begins anew\n", u)
			left[u.method] = u.why
			continue
		}
		if err != nil {
			if ctx.Err() == nil && !errors.As(err, new(*InputError)) {
				r.printed.Show(c.Log)
			}
			return nil, err
		}
		return r.result(), nil
	}
}

// run is one attempt: all methods but those left out.
type run struct {
	Config
	left      map[string]string // why, by method
	contract  *contract
	requests  []request
	generator *generator // nil if a file has the requests
	original  original   // what the first copy came to
	tallies   map[string]*tally
	found     *findings
	notes     []string
	printed   fleet.Tail // by the copies
}

// all drives the three copies.
func (r *run) all(ctx context.Context) error {
	if err := r.first(ctx); err != nil {
		return err
	}
	if r.Record != "" {
		if err := r.contract.writeRequests(r.Record, r.requests); err != nil {
			return err
		}
	}
	select {
	case <-time.After(lag):
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	err := r.apart(ctx)
	if refused := (*notCarried)(nil); errors.As(err, &refused) {
		err = nil
		r.notes = append(r.notes, fmt.Sprintf("%v: from there on the copies were compared at the end only", refused))
	}
	if err != nil {
		return err
	}
	return r.drift(ctx)
}

// result is what the run came to.
func (r *run) result() *Result {
	out := &Result{
		Version: 1, Packages: slices.Sorted(maps.Values(r.Mains)), Seed: r.Seed, Requests: len(r.requests), Methods: []Method{}, Fields: r.found.sorted(), Unseen: []string{},
		Notes: append([]string{}, r.notes...),
	}
	for _, m := range r.contract.methods {
		row := r.method(m)
		if row.Driven {
			out.Driven++
		}
		out.Methods = append(out.Methods, row)
	}
	for _, f := range out.Fields {
		if f.Verdict == IsMissed {
			out.Missed++
		}
	}
	for _, f := range slices.Sorted(maps.Keys(r.Known.Fields)) {
		if !r.found.seen[f] {
			out.Unseen = append(out.Unseen, f)
		}
	}
	return out
}

// method is the row of one method.
func (r *run) method(m *method) Method {
	row := Method{Name: m.Name}
	if m.input == nil {
		row.Why = m.why
		return row
	}
	if why := r.left[m.Name]; why != "" {
		row.Why = "it " + why
		return row
	}
	t := r.tallies[m.Name]
	if t == nil {
		row.Why = "no request was for it"
		return row
	}
	row.Sent, row.OK, row.Driven = t.sent, t.ok, true
	switch {
	case t.ok > 0 && t.nested == nil:
	case t.nested != nil && t.ok == 0:
		row.Driven, row.Why = false, "it calls another tier, none is started, and no request got past that: "+oneLine(t.nested)
	case t.nested != nil:
		row.Why = "requests that call another tier fail, for none is started: " + oneLine(t.nested)
	default:
		row.Why = fmt.Sprintf("none of %s succeeded: %s", plural(t.sent, "request"), oneLine(t.failure))
	}
	return row
}
