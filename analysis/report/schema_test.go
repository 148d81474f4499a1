package report_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/midas-tiers/midas/analysis"
	"github.com/midas-tiers/midas/analysis/report"
	"github.com/midas-tiers/midas/analysis/topology"
)

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(report.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("report.json", doc); err != nil {
		t.Fatal(err)
	}
	return c.MustCompile("report.json")
}

func document(t *testing.T, r *report.Report) string {
	t.Helper()
	var b strings.Builder
	if err := report.Write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func validate(t *testing.T, schema *jsonschema.Schema, doc string) error {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(doc))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(v)
}

// full has every field of the document.
func full() *report.Report {
	pos := report.Position{File: "p/p.go", Line: 3, Column: 7}
	problem := []report.Problem{{Pos: pos, Entry: "p.E", Reason: "because of line 12", Held: true}}
	r := report.New("func")
	r.Packages = []string{"p"}
	r.Sources = []report.Source{{
		ID: "p.F time 1", Kind: "time", Symbol: "time.Now", Function: "p.F", Pos: pos, Class: report.FirstHand, Ignored: "known", By: pos,
		Entries: []report.Entry{{
			Entry: "p.E", Class: report.FirstHand, Must: true, Action: "record", Reaches: []string{"state:p.T.f", "reply:/s/M"},
			Trace: []report.Step{{Function: "p.F", Pos: pos, What: "time.Now"}}, Why: "why",
		}},
	}}
	r.Contaminated = []report.Contaminated{{Field: "p.T.f", How: "value", Entry: "p.E", Function: "p.F", Pos: pos, From: []string{"p.F time 1"}}}
	r.Slivers = []report.Sliver{{
		Entry: "p.E", Direction: "forward", To: "/s/M", Sources: []string{}, Writes: []string{"*"}, Reads: []string{}, Taped: []string{},
		Tape: []report.Position{pos}, Style: "leader", Why: "why", Contaminated: []string{}, Output: true, Offer: true,
	}}
	r.Unknown = []report.Unknown{{Function: "p.F", Pos: pos, Reason: "call of line 9", Held: true}}
	r.Broken = []report.Broken{{Package: "q", Error: "q.go:1:1: no"}}
	r.Pairs = []report.Pair{{Caller: "a", Callee: "b", Crossings: []report.Crossing{{
		Entry: "p.E", Method: "/s/M", Direction: "backward", Sources: []string{}, Fields: []string{},
	}}}}
	r.Effects = []report.Effect{{Name: "p.E", Pos: pos, Entries: []string{"p.E"}}}
	r.ReadOnly, r.Notes, r.Excluded = []string{"p.E"}, []string{"note"}, []string{"p/p_windows.go"}
	r.Problems, r.Leader, r.Unused = problem, problem, problem
	r.Sort()
	return r
}

// TestSchema: what the engine and its helpers write is what the schema says.
func TestSchema(t *testing.T) {
	top, err := topology.Load("../../examples/threetier/topology.yaml")
	if err != nil {
		t.Fatal(err)
	}
	res, err := analysis.Run(context.Background(), analysis.Config{Dir: "../..", Patterns: []string{"./examples/threetier/..."}, Topology: top})
	if err != nil {
		t.Fatal(err)
	}
	schema := compiled(t)
	for name, r := range map[string]*report.Report{"empty": report.New("grpc"), "full": full(), "threetier": res.Report} {
		if err := validate(t, schema, document(t, r)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSchemaBites: a schema that allows everything would pass the test above.
func TestSchemaBites(t *testing.T) {
	schema := compiled(t)
	for _, c := range []struct{ from, to string }{
		{`"version": 1`, `"version": 2`},
		{`"class": "first-hand"`, `"class": "third-hand"`},
		{`"action": "record"`, `"action": "pray"`},
		{`"state:p.T.f"`, `"p.T.f"`},
		{`"how": "value"`, `"how": "somehow"`},
		{`"style": "leader"`, `"style": "passive"`},
		{`"line": 3`, `"line": "3"`},
		{`"packages_with_errors"`, `"broken"`},
		{`"ignored": "known"`, `"ignored": 1`},
		{`"must": true`, `"may": true`},
	} {
		doc := document(t, full())
		if !strings.Contains(doc, c.from) {
			t.Errorf("the document has no %s", c.from)
		}
		if validate(t, schema, strings.Replace(doc, c.from, c.to, 1)) == nil {
			t.Errorf("the schema allows %s in place of %s", c.to, c.from)
		}
	}
}

// TestRead: what is read is what was written, without the time.
func TestRead(t *testing.T) {
	want := full()
	want.Stats.Seconds = 1.5
	got, err := report.Read(strings.NewReader(document(t, want)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(report.Stats{}, "Seconds")); diff != "" {
		t.Errorf("-written +read:\n%s", diff)
	}
	if got.Stats.Seconds != 0 {
		t.Error("the time that a run took is written: equal reports would differ")
	}
	for _, bad := range []string{"", "{", "[]", `{"version": 2, "sources": []}`, `{"version": 1}`} {
		if _, err := report.Read(strings.NewReader(bad)); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("Read(%q): %v, want an error of one line", bad, err)
		}
	}
}

// TestSchemaKinds: the schema's examples are the kinds.
func TestSchemaKinds(t *testing.T) {
	var doc struct {
		Defs struct {
			Source struct {
				Properties struct {
					Kind struct {
						Examples []string `json:"examples"`
					} `json:"kind"`
				} `json:"properties"`
			} `json:"source"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal(report.Schema(), &doc); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, k := range report.Kinds() {
		names = append(names, k.Name)
	}
	if diff := cmp.Diff(names, doc.Defs.Source.Properties.Kind.Examples); diff != "" {
		t.Errorf("-kinds +schema:\n%s", diff)
	}
}
