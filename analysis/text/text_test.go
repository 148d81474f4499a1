package text_test

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/midas-tiers/midas/analysis/report"
	"github.com/midas-tiers/midas/analysis/text"
)

var update = flag.Bool("update", false, "rewrite testdata")

func pos(line int) report.Position {
	return report.Position{File: "orders/place.go", Line: line, Column: 7}
}

const (
	place  = "(*example.com/shop/orders.Server).Place"
	cancel = "(*example.com/shop/orders.Server).Cancel"
	seq    = "example.com/shop/orders.Server.seq"
)

// sample has something for every section.
func sample() *report.Report {
	r := report.New("grpc")
	trace := []report.Step{
		{Function: place, Pos: pos(20), What: "source time.Now (time)"}, {Function: place, Pos: pos(20), What: "time.Now"},
		{Function: cancel, Pos: pos(31), What: "reaches " + seq},
	}
	entry := func(name string, must bool, reaches ...string) report.Entry {
		return report.Entry{Entry: name, Class: report.FirstHand, Must: must, Action: "record", Reaches: reaches, Trace: trace}
	}
	source := func(id, kind, symbol string, line int, entries ...report.Entry) report.Source {
		return report.Source{ID: id, Kind: kind, Symbol: symbol, Function: place, Pos: pos(line), Class: entries[0].Class, Entries: entries}
	}
	quiet := report.Entry{Entry: place, Class: report.Superficial, Action: "none", Why: "only logged", Trace: []report.Step{}}
	r.Sources = []report.Source{
		source(place+" time 1", "time", "time.Now", 20, entry(place, true, "state:"+seq, "state:example.com/shop/orders.total", "reply:/shop.Orders/Place"),
			entry(cancel, true, "state:"+seq, "state:example.com/shop/orders.total", "reply:/shop.Orders/Place"), quiet),
		source(place+" random 1", "random", "math/rand/v2.IntN", 21, entry(place, false, "nested:/shop.Stock/Reserve"), entry(cancel, false, "effect:net/smtp.SendMail")),
		source(place+" map order 1", "map order", "range", 22, quiet),
		source(place+" time 2", "time", "time.Since", 23, entry(place, true, "state:"+seq)),
		source(place+" time 3", "time", "time.Since", 24, entry(place, true, "state:"+seq)),
	}
	r.Sources[3].Ignored, r.Sources[3].By, r.Sources[4].Held = "the stamp is for people only", pos(22), true
	r.Contaminated = []report.Contaminated{
		{Field: seq, How: "value", Entry: place, Function: place, Pos: pos(20)}, {Field: seq, How: "occurrence", Entry: place, Function: place, Pos: pos(20)},
		{Field: seq, How: "location", Entry: place, Function: cancel, Pos: pos(31)},
	}
	r.Slivers = []report.Sliver{
		{Entry: place, To: "/shop.Stock/Reserve", Direction: "forward", Sources: []string{place + " time 1"}, Contaminated: []string{seq}, Writes: []string{seq},
			Taped: []string{seq}, Tape: []report.Position{pos(20), pos(20), pos(31)}, Output: true},
		{Entry: place, Direction: "backward", Index: 1, From: "/shop.Stock/Reserve", Reads: []string{seq}},
		{Entry: cancel, Direction: "backward"},
	}
	r.ReadOnly = []string{cancel}
	r.Leader = []report.Problem{{Pos: pos(40), Entry: place, Reason: "a defer lies within the contaminated branch"}}
	r.Unknown = []report.Unknown{{Function: place, Pos: pos(28), Reason: "call of y.G", Ignored: "pure"}, {Function: place, Pos: pos(25), Reason: "call of example.com/lib/x.F: no body and no dictionary entry"}}
	r.Unknown = append(r.Unknown, report.Unknown{Function: cancel, Pos: pos(33), Reason: r.Unknown[1].Reason})
	r.Problems = []report.Problem{{Pos: pos(26), Entry: place, Reason: "streaming is not supported"}, {Pos: pos(27), Reason: "held", Held: true}}
	r.Unused = []report.Problem{{Pos: pos(28), Reason: "//midas:ignore: suppresses nothing"}}
	r.Broken = []report.Broken{{Package: "example.com/shop/bad", Error: "bad.go:1:1: no"}}
	r.Excluded = []string{"orders/place_windows.go"}
	r.Effects = []report.Effect{{Name: "net/smtp.SendMail", Pos: pos(29), Entries: []string{cancel, place}}}
	r.Pairs = []report.Pair{{Caller: "front", Callee: "orders", Crossings: []report.Crossing{{Entry: place, Method: "/shop.Orders/Place", Direction: "backward",
		Sources: []string{"a", "b"}, Fields: []string{seq}}}}}
	r.Stats = report.Stats{Services: 1, Entries: 2, Packages: 3, Functions: 40, Lines: 500, Seconds: 0.25}
	r.Sort()
	return r
}

// TestWrite: each of testdata is the text under the options that its name lists.
func TestWrite(t *testing.T) {
	for name, o := range map[string]text.Options{
		"short": {}, "traces": {Traces: true}, "traces,pos": {Traces: true, Pos: true}, "verbose": {Verbose: true},
	} {
		var b bytes.Buffer
		if err := text.Write(&b, sample(), o); err != nil {
			t.Fatal(err)
		}
		golden(t, "testdata/"+name+".txt", b.String())
	}
}

// TestExplain tells of a source with several entries, and of one that does no harm.
func TestExplain(t *testing.T) {
	var b bytes.Buffer
	for _, id := range []string{"(*orders.Server).Place time 1", place + " map order 1", place + " time 2"} {
		s, _, ok := text.Find(sample(), id)
		if !ok {
			t.Fatalf("%q is not found", id)
		}
		if err := text.Explain(&b, sample(), s); err != nil {
			t.Fatal(err)
		}
		b.WriteString("----\n")
	}
	golden(t, "testdata/explain.txt", b.String())
}

// TestOtherProfile: midas build has no part in programs that it does not rewrite.
func TestOtherProfile(t *testing.T) {
	r := sample()
	r.Profile, r.Problems = "raftfsm", nil
	var b bytes.Buffer
	if err := text.Write(&b, r, text.Options{Verbose: true}); err != nil {
		t.Fatal(err)
	}
	if err := text.Explain(&b, r, r.Sources[0]); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "midas build") || !strings.Contains(b.String(), "Analysed 2 entries, ") {
		t.Errorf("got %s", b.String())
	}
}

func TestFind(t *testing.T) {
	r := sample()
	_, near, ok := text.Find(r, "(*orders.Server).Place tine 1")
	want := []string{"(*orders.Server).Place time 1", "(*orders.Server).Place time 2", "(*orders.Server).Place time 3"}
	if diff := cmp.Diff(want, near); diff != "" || ok {
		t.Errorf("near (-want +got):\n%s", diff)
	}
	// Two packages may have the same short name: then only the full id will do.
	twin := r.Sources[0]
	twin.ID = "(*example.com/other/orders.Server).Place time 1"
	r.Sources = append(r.Sources, twin)
	if _, near, ok := text.Find(r, want[0]); ok || len(near) != 2 {
		t.Errorf("an id that fits two sources: %t, %q", ok, near)
	}
	if s, _, ok := text.Find(r, twin.ID); !ok || s.ID != twin.ID {
		t.Errorf("a full id: %t, %q", ok, s.ID)
	}
	if _, near, ok := text.Find(report.New("grpc"), "x"); ok || near != nil {
		t.Errorf("in an empty report: %t, %q", ok, near)
	}
}

// TestNothing: what was not analysed does not look like success.
func TestNothing(t *testing.T) {
	for want, r := range map[string]*report.Report{
		"Nothing was analysed (profile grpc).\n":                                                      report.New("grpc"),
		"No entry was found in 1 package, 0 functions, 9 lines: nothing was analysed (profile grpc).": {Profile: "grpc", Stats: report.Stats{Packages: 1, Lines: 9}},
	} {
		var b bytes.Buffer
		if err := text.Write(&b, r, text.Options{}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), want) {
			t.Errorf("got %q, want %q in it", b.String(), want)
		}
	}
}

func TestShort(t *testing.T) {
	for name, want := range map[string]string{
		"example.com/shop/orders.Server.seq": "orders.Server.seq", "(*example.com/p/v2.T).M": "(*p.T).M", "time.Now": "time.Now",
		"/shop.Orders/Place": "/shop.Orders/Place",
	} {
		if got := text.Short(name); got != want {
			t.Errorf("Short(%q) = %q, want %q", name, got, want)
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}
