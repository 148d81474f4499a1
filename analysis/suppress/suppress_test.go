package suppress

import (
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/midas-tiers/midas/analysis/report"
)

const code = `package p

import "time"

//midas:ignore time of the whole function
func F() time.Time {
	if true {
		return time.Now()
	}
	return time.Now()
}

func G(m map[string]int) {
	t := time.Now() //midas:ignore time behind the code
	u := time.Now()
	//midas:ignore map order the loop
	// and more words on it
	for range m {
		use(
			time.Now())
	}
	use(t, u) // want nothing
	//midas:ignore map-order
	//midas:ignore weather it rains
	//midas:ignore
	// midas:ignore time with a space
	//midas:ignore time until=2026-06-30 for a while
	//midas:ignore time until=June for a while
	use(
		time.Now(),
	)
	//midas:ignored is another word
	{ //midas:ignore unknown only this line
		use()
	}
	//midas:ignore process-local at the end
}

func use(...any) {}
`

func parsed(t *testing.T, text string) []Directive {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", text, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	return Parse(fset, f, func(pos token.Pos) report.Position {
		p := fset.Position(pos)
		return report.Position{File: p.Filename, Line: p.Line, Column: p.Column}
	})
}

func TestParse(t *testing.T) {
	want := []string{
		"5: 6-11 time, of the whole function",
		"14: 14-14 time, behind the code",
		"16: 18-21 map order, the loop",
		"23: 29-31 map order: no reason",
		`24: 29-31 weather: "weather" is no kind`,
		"25: 29-31 : no kind and no reason",
		"26: 29-31 : a directive has no space before midas:ignore",
		"27: 29-31 time, for a while until 2026-07-01",
		"28: 29-31 time: until=June is no date: write it as YYYY-MM-DD",
		"33: 33-33 unknown, only this line",
		"36: 37-37 process-local, at the end",
	}
	var got []string
	for _, d := range parsed(t, code) {
		s := fmt.Sprintf("%d: %d-%d %s", d.Pos.Line, d.First, d.Last, d.Kind)
		switch {
		case d.Fault != "":
			fault, _, _ := strings.Cut(d.Fault, ": use")
			s += ": " + fault
		default:
			s += ", " + d.Reason
		}
		if !d.Until.IsZero() {
			s += " until " + d.Until.Format(dateLayout)
		}
		got = append(got, s)
	}
	want[4] = `24: 29-31 : "weather" is no kind`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestParseMoved: lines are those of the report where a generator, such as cgo, says where the code came from.
func TestParseMoved(t *testing.T) {
	d := parsed(t, "package p\n\n//line /src/q.go:40\n//midas:ignore time from elsewhere\nfunc F() {\n}\n")
	if len(d) != 1 || d[0].Pos.File != "/src/q.go" || d[0].First != 41 || d[0].Last != 42 {
		t.Errorf("got %+v", d)
	}
}

// findings has a source of the kind and an unknown at each of the lines.
func findings(kind, function string, lines ...int) *report.Report {
	r := report.New("grpc")
	for _, line := range lines {
		pos := report.Position{File: "p.go", Line: line, Column: 2}
		r.Sources = append(r.Sources, report.Source{ID: fmt.Sprintf("%s %s %d", function, kind, line), Kind: kind, Function: function, Pos: pos, Class: report.FirstHand})
		r.Unknown = append(r.Unknown, report.Unknown{Function: function, Pos: pos, Reason: "call"})
	}
	return r
}

// silenced lists what the rules silence, and what is wrong with them.
func silenced(r *report.Report, rules Rules) []string {
	Apply(r, rules)
	var out []string
	for _, s := range r.Sources {
		if s.Ignored != "" {
			out = append(out, fmt.Sprintf("%s:%d %s: %s (%s)", s.Pos.File, s.Pos.Line, s.Kind, s.Ignored, s.By))
		}
	}
	for _, u := range r.Unknown {
		if u.Ignored != "" {
			out = append(out, fmt.Sprintf("%s:%d unknown: %s", u.Pos.File, u.Pos.Line, u.Ignored))
		}
	}
	for _, p := range r.Unused {
		reason, _, _ := strings.Cut(p.Reason, ": use")
		out = append(out, fmt.Sprintf("unused %s:%d %s", filepath.Base(p.Pos.File), p.Pos.Line, reason))
	}
	return out
}

func TestApplyDirectives(t *testing.T) {
	june := time.Date(2026, 6, 30, 23, 59, 0, 0, time.UTC)
	faults := []string{
		"unused p.go:23 //midas:ignore: no reason",
		`unused p.go:24 //midas:ignore: "weather" is no kind`,
		"unused p.go:25 //midas:ignore: no kind and no reason",
		"unused p.go:26 //midas:ignore: a directive has no space before midas:ignore",
		"unused p.go:28 //midas:ignore: until=June is no date: write it as YYYY-MM-DD",
		"unused p.go:36 //midas:ignore: suppresses nothing",
	}
	inserted := func(at int, more string) []string {
		out := append([]string(nil), faults[:at]...)
		return append(append(out, more), faults[at:]...)
	}
	t.Run("time", func(t *testing.T) {
		want := append([]string{
			"p.go:8 time: of the whole function (p.go:5:1)", "p.go:10 time: of the whole function (p.go:5:1)",
			"p.go:14 time: behind the code (p.go:14:18)", "p.go:30 time: for a while (p.go:27:2)", "p.go:33 unknown: only this line",
			"unused p.go:16 //midas:ignore: suppresses nothing",
		}, faults...)
		got := silenced(findings("time", "p.F", 8, 10, 14, 15, 20, 22, 30, 33), Rules{Directives: parsed(t, code), Now: june})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
	t.Run("expired", func(t *testing.T) {
		got := silenced(findings("time", "p.F", 30), Rules{Directives: parsed(t, code), Now: june.Add(time.Minute)})
		want := append([]string{
			"unused p.go:5 //midas:ignore: suppresses nothing", "unused p.go:14 //midas:ignore: suppresses nothing",
			"unused p.go:16 //midas:ignore: suppresses nothing",
		}, inserted(4, "unused p.go:27 //midas:ignore: expired after 2026-06-30: it no longer suppresses anything")...)
		want = append(want[:len(want)-1], "unused p.go:33 //midas:ignore: suppresses nothing", want[len(want)-1])
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
	t.Run("superficial", func(t *testing.T) {
		r := findings("time", "p.F", 8)
		r.Sources[0].Class = report.Superficial
		got := silenced(r, Rules{Directives: parsed(t, "package p\n\n//midas:ignore time no harm\nfunc F() {\n\n\n\n\n}\n"), Now: june})
		if diff := cmp.Diff([]string{"unused p.go:3 //midas:ignore: suppresses nothing"}, got); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
}

func declarations(t *testing.T, text string) (*Declarations, error) {
	t.Helper()
	name := filepath.Join(t.TempDir(), FileName)
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return Load(name)
}

func TestApplyDeclarations(t *testing.T) {
	d, err := declarations(t, `ignore:
  - function: '^p\.F$'
    kind: map order
    reason: order is no matter
  - file: '*.go'
    kind: unknown
    reason: all are known to me
  - {function: Other, reason: gone}
  - {kind: map-order, reason: late, until: 2026-06-29}
`)
	if err != nil {
		t.Fatal(err)
	}
	rules := Rules{Declarations: d, Dir: d.dir, Now: time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC)}
	want := []string{
		"p.go:8 map order: order is no matter (midas.yaml:2:1)", "p.go:8 unknown: all are known to me",
		"unused midas.yaml:8 ignore: suppresses nothing",
		"unused midas.yaml:9 ignore: expired after 2026-06-29: it no longer suppresses anything",
	}
	if diff := cmp.Diff(want, silenced(findings("map order", "p.F", 8), rules)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	rules.Dir = filepath.Join(d.dir, "sub") // a glob without ** does not reach into folders
	if got := silenced(findings("time", "p.G", 8), rules); len(got) != 4 {
		t.Errorf("got %q, want four declarations that are not used", got)
	}
}

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"*.go", "a.go", true}, {"*.go", "a/b.go", false}, {"**/*.go", "a.go", true}, {"**/*.go", "a/b/c.go", true},
		{"a/**", "a/b/c.go", true}, {"a/**", "b/a/c.go", false}, {"a?.go", "ab.go", true}, {"a?.go", "a/.go", false}, {"a.go", "abgo", false},
	} {
		if got := glob(c.pattern).MatchString(c.name); got != c.want {
			t.Errorf("glob %q matches %q: %t", c.pattern, c.name, got)
		}
	}
}

func TestLoadBad(t *testing.T) {
	for text, want := range map[string]string{
		"ignore: 3":                                       "line 1",
		"ignore:\n  - {kind: time}":                       ":2: no reason",
		"ignore:\n  - {reason: r}":                        ":2: nothing is named",
		"ignore:\n  - {kind: weather, reason: r}":         `:2: "weather" is no kind`,
		"ignore:\n  - {kind: time of day, reason: r}":     `:2: "time of day" is no kind`,
		"ignore:\n  - {function: '(', reason: r}":         ":2: function: error parsing regexp",
		"ignore:\n  - {kind: time, reason: r, until: no}": ":2: until=no is no date",
		"ignore:\n  - {knd: time, reason: r}":             "field knd not found",
		"ignores: []":                                     "field ignores not found",
		"ignore: [":                                       "did not find",
	} {
		_, err := declarations(t, text)
		if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want one line with %q", text, err, want)
		}
	}
	if _, err := declarations(t, ""); err != nil {
		t.Errorf("an empty file: %v", err)
	}
}

func TestFind(t *testing.T) {
	root := t.TempDir()
	deep := filepath.Join(root, "a", "b")
	if err := os.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"go.mod", FileName, "a/" + FileName} {
		if err := os.WriteFile(filepath.Join(root, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := Find(deep), filepath.Join(root, FileName); got != want {
		t.Errorf("Find = %q, want %q", got, want)
	}
}
