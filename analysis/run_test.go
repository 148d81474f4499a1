package analysis_test

import (
	"context"
	"errors"
	"go/ast"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/midas-tiers/midas/analysis"
	"github.com/midas-tiers/midas/analysis/text"
	"github.com/midas-tiers/midas/analysis/topology"
)

func TestNoPackages(t *testing.T) {
	dir := module(t)
	_, err := analysis.Run(context.Background(), analysis.Config{Dir: dir, Patterns: []string{"./nowhere"}})
	if !errors.Is(err, analysis.ErrNoPackages) || strings.Contains(err.Error(), "\n") {
		t.Errorf("Run: %v, want one line that wraps ErrNoPackages", err)
	}
}

// TestBrokenPackage: one that does not type-check is named and the others go on.
func TestBrokenPackage(t *testing.T) {
	dir := module(t)
	write(t, filepath.Join(dir, "good/good.go"), []byte("package good\n\nfunc F() int { return 1 }\n"))
	write(t, filepath.Join(dir, "bad/bad.go"), []byte("package bad\n\nfunc F() int { return \"one\" }\n"))
	write(t, filepath.Join(dir, "user/user.go"), []byte("package user\n\nimport \"example.com/case/bad\"\n\nvar X = bad.F()\n"))
	res, err := analysis.Run(context.Background(), analysis.Config{Dir: dir, Patterns: []string{"./good", "./bad", "./user"}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range res.Errors {
		got = append(got, e.Error())
	}
	want := []string{
		"package example.com/case/bad: bad/bad.go:3:23: cannot use \"one\" (untyped string constant) as int value in return statement",
		"package example.com/case/user: imports a package that does not type-check",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"example.com/case/good"}, res.Report.Packages); diff != "" {
		t.Errorf("packages (-want +got):\n%s", diff)
	}
}

// TestDeterministic: two runs over the same input give the same report and table.
func TestDeterministic(t *testing.T) {
	run := func() *analysis.Result {
		res, err := analysis.Run(context.Background(), analysis.Config{Dir: "..", Patterns: []string{"./examples/threetier/..."}})
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	a, b := run(), run()
	if diff := cmp.Diff(a.Report, b.Report); diff != "" {
		t.Errorf("report (-first +second):\n%s", diff)
	}
	if diff := cmp.Diff(a.Facts.Methods(), b.Facts.Methods()); diff != "" {
		t.Errorf("methods (-first +second):\n%s", diff)
	}
	if a.Report.Tally().FirstHand == 0 {
		t.Error("the example has first-hand sources, Tally says no")
	}
}

// TestSlides is the paper's example: a and b differ before the call, c and d after it, e and f at the callee.
func TestSlides(t *testing.T) {
	top, err := topology.Load("../examples/threetier/slides/topology.yaml")
	if err != nil {
		t.Fatal(err)
	}
	res, err := analysis.Run(context.Background(), analysis.Config{Dir: "..", Patterns: []string{"./examples/threetier/slides/..."}, Topology: top})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range res.Report.Slivers {
		if len(s.Contaminated) > 0 {
			fields := []string{}
			for _, f := range s.Contaminated {
				fields = append(fields, f[strings.LastIndexByte(f, '.')+1:])
			}
			got = append(got, s.Direction+" "+text.Short(s.Entry)+" "+strings.Join(fields, " "))
		}
	}
	want := []string{"forward (*tier2.Server).Foo a b", "backward (*tier2.Server).Foo c d", "backward (*tier3.Server).Bar e"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("slivers (-want +got):\n%s", diff)
	}
	var crossed []string
	for _, p := range res.Report.Pairs {
		for _, c := range p.Crossings {
			for _, f := range c.Fields {
				crossed = append(crossed, p.Caller+" "+c.Direction+" "+p.Callee+" "+f[strings.LastIndexByte(f, '.')+1:])
			}
		}
	}
	if diff := cmp.Diff([]string{"tier2 forward tier3 f"}, crossed); diff != "" {
		t.Errorf("crossings (-want +got):\n%s", diff)
	}
}

// TestPairs is what crosses the example's tiers, in both directions.
func TestPairs(t *testing.T) {
	top, err := topology.Load("../examples/threetier/topology.yaml")
	if err != nil {
		t.Fatal(err)
	}
	res, err := analysis.Run(context.Background(), analysis.Config{Dir: "..", Patterns: []string{"./examples/threetier/..."}, Topology: top})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range res.Report.Pairs {
		for _, c := range p.Crossings {
			var sources []string
			for _, s := range c.Sources {
				sources = append(sources, s[strings.LastIndexByte(s, '.')+1:])
			}
			got = append(got, c.Direction+" "+text.Short(c.Entry)+" "+c.Method+": "+strings.Join(sources, ", "))
			for _, f := range c.Fields {
				got = append(got, "  "+f[strings.LastIndexByte(f, '/')+1:])
			}
		}
	}
	golden(t, "testdata/pairs.txt", strings.Join(got, "\n")+"\n")
}

// golden compares with a file, or rewrites it under -update.
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

const service = `package main

import (
	"context"
	"math/rand/v2"
	"time"

	"google.golang.org/grpc"

	"example.com/case/pb"
)

type server struct {
	pb.UnimplementedSvcServer
	at  time.Time
	rng *rand.Rand
}

func (s *server) A(ctx context.Context, in *pb.Req) (*pb.Resp, error) {
	s.at = now()
	return &pb.Resp{}, nil
}

func (s *server) B(ctx context.Context, in *pb.Req) (*pb.Resp, error) {
	s.at = now()
	s.rng = rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
	return &pb.Resp{N: int64(len(time.After(time.Second)))}, nil
}

func now() time.Time { return time.Now() }

func main() { pb.RegisterSvcServer(grpc.NewServer(), &server{}) }
`

// TestFacts: entries of functions, and the footprint of a sliver that records what no trace can hold.
func TestFacts(t *testing.T) {
	dir := module(t)
	write(t, filepath.Join(dir, "main.go"), []byte(service))
	res, err := analysis.Run(context.Background(), analysis.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	entries := map[string][]string{}
	for _, f := range res.Facts.Packages()[0].Syntax {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				entries[fn.Name.Name] = res.Facts.Entries(fn)
			}
		}
	}
	want := map[string][]string{"A": {"/case.Svc/A"}, "B": {"/case.Svc/B"}, "now": {"/case.Svc/A", "/case.Svc/B"}, "main": nil}
	if diff := cmp.Diff(want, entries); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	full := map[string][]string{}
	for _, m := range res.Facts.Methods() {
		full[m.Name] = append(m.Slivers[0].Writes, m.Slivers[0].Contaminated...)
	}
	at := "example.com/case.server.at"
	if diff := cmp.Diff(map[string][]string{"/case.Svc/A": {at, at}, "/case.Svc/B": {"*", "*"}}, full); diff != "" {
		t.Errorf("footprints (-want +got):\n%s", diff)
	}
}

// TestTransparent: all sources of handlers are recorded, superficial ones too, all methods are bound to style leader and touch all state,
// and the report is the same.
func TestTransparent(t *testing.T) {
	dir := module(t)
	code := strings.NewReplacer("s.at = now()\n\ts.rng", "time.Now()\n\tfor range map[string]int{} {\n\t}\n\tfor k := range s.seen {\n\t\tdelete(s.seen, k)\n\t}\n\ts.rng",
		"at  time.Time", "at  time.Time\n\tseen map[string]int").Replace(service)
	write(t, filepath.Join(dir, "main.go"), []byte(code))
	run := func(transparent bool) (*analysis.Result, []string) {
		res, err := analysis.Run(context.Background(), analysis.Config{Dir: dir, Transparent: transparent})
		if err != nil {
			t.Fatal(err)
		}
		var sources []string
		for _, f := range res.Facts.Packages()[0].Syntax {
			ast.Inspect(f, func(n ast.Node) bool {
				if s, ok := res.Facts.Source(n); ok {
					sources = append(sources, s.ID)
				}
				return true
			})
		}
		return res, sources
	}
	with, some := run(false)
	without, all := run(true)
	b := "(*example.com/case.server).B "
	rest := []string{b + "random 1", b + "random 2", b + "time 2", "example.com/case.now time 1"}
	if diff := cmp.Diff(rest, some); diff != "" {
		t.Errorf("sources with analysis (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(append([]string{b + "time 1", b + "map order 1"}, rest...), all); diff != "" {
		t.Errorf("sources without analysis (-want +got):\n%s", diff)
	}
	for _, m := range without.Facts.Methods() {
		s := m.Slivers[0]
		if diff := cmp.Diff([]string{"*", "*"}, append(s.Writes, s.Contaminated...)); diff != "" || m.Leader == "" || m.ReadOnly {
			t.Errorf("%s: %+v", m.Name, m)
		}
	}
	if diff := cmp.Diff(with.Report, without.Report); diff != "" {
		t.Errorf("report (-with analysis +without):\n%s", diff)
	}
}

// TestNotes: an implementation without its registration is no empty program, and with it is none to remark on.
func TestNotes(t *testing.T) {
	run := func(code string) []string {
		dir := module(t)
		write(t, filepath.Join(dir, "main.go"), []byte(code))
		res, err := analysis.Run(context.Background(), analysis.Config{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		return res.Report.Notes
	}
	want := []string{"no registered service was found in these packages, though main.server implements one: name the main package that registers it too"}
	if diff := cmp.Diff(want, run(strings.Replace(service, "pb.RegisterSvcServer(grpc.NewServer(), &server{})", "grpc.NewServer()", 1))); diff != "" {
		t.Errorf("without registration (-want +got):\n%s", diff)
	}
	if got := run(service); got != nil {
		t.Errorf("with registration: %q", got)
	}
}

// TestDeferredFootprint: a deferred call that has no body belongs to the sliver that runs it, not only to the one that defers it.
func TestDeferredFootprint(t *testing.T) {
	dir := module(t)
	code := strings.NewReplacer("at  time.Time", "at  time.Time\n\tback pb.BackClient\n\tbusy map[string]bool",
		"s.at = now()\n\treturn &pb.Resp{}, nil", "defer delete(s.busy, in.Name)\n\treturn s.back.Call(ctx, in)").Replace(service)
	write(t, filepath.Join(dir, "main.go"), []byte(code))
	res, err := analysis.Run(context.Background(), analysis.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	slivers := res.Facts.Methods()[0].Slivers
	last := slivers[len(slivers)-1]
	if diff := cmp.Diff([]string{"/case.Back/Call", "example.com/case.server.busy[Name]"}, append([]string{last.From}, last.Writes...)); diff != "" {
		t.Errorf("last sliver of A (-want +got):\n%s", diff)
	}
}

const front = `package main

import (
	"context"
	"math/rand/v2"

	"google.golang.org/grpc"

	"example.com/case/pb"
)

type server struct {
	pb.UnimplementedSvcServer
	back pb.SvcClient
}

func (s *server) A(ctx context.Context, in *pb.Req) (*pb.Resp, error) {
	in.N = rand.Int64()
	if in.N > 0 {
		defer close(make(chan int))
	}
	return s.back.B(ctx, in)
}

func main() { pb.RegisterSvcServer(grpc.NewServer(), &server{}) }
`

const back = `package main

import (
	"context"

	"google.golang.org/grpc"

	"example.com/case/pb"
)

type server struct {
	pb.UnimplementedSvcServer
	last int64
}

func (s *server) B(ctx context.Context, in *pb.Req) (*pb.Resp, error) {
	s.last = in.N
	return &pb.Resp{}, nil
}

func main() { pb.RegisterSvcServer(grpc.NewServer(), &server{}) }
`

const svcClient = `package pb

import (
	"context"

	"google.golang.org/grpc"
)

type SvcClient interface {
	B(ctx context.Context, in *Req, opts ...grpc.CallOption) (*Resp, error)
}
`

// TestOffers: a method that is bound to style leader offers nothing, whatever the topology allows.
func TestOffers(t *testing.T) {
	top := &topology.Topology{Tiers: map[string]*topology.Tier{
		"front": {Package: "./front", Calls: map[string]string{"back": "back"}}, "back": {Package: "./back"},
	}}
	for name, code := range map[string]string{
		"bound": front,
		"free":  strings.Replace(front, "if in.N > 0 {", "if in.Name != \"\" {", 1),
	} {
		dir := module(t)
		write(t, filepath.Join(dir, "front/main.go"), []byte(code))
		write(t, filepath.Join(dir, "back/main.go"), []byte(back))
		write(t, filepath.Join(dir, "pb/client.go"), []byte(svcClient))
		res, err := analysis.Run(context.Background(), analysis.Config{Dir: dir, Patterns: []string{"./front", "./back"}, Topology: top})
		if err != nil {
			t.Fatal(err)
		}
		if len(res.Report.Pairs) != 1 {
			t.Fatalf("%s: %d pairs, want one", name, len(res.Report.Pairs))
		}
		free := name == "free"
		if res.Report.Pairs[0].Offerable != free {
			t.Errorf("%s: the pair is offerable: %t", name, !free)
		}
		for _, s := range res.Report.Slivers {
			if s.To != "" && (s.Offer != free || (s.Style == "active") != free) {
				t.Errorf("%s: sliver %+v", name, s)
			}
		}
	}
}
