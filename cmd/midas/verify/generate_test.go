package verify

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/midas-tiers/midas/compensate"
	"github.com/midas-tiers/midas/tiers"
)

// testContract has every unary method of the grpc module's test services, and those named besides, which have no descriptor.
func testContract(t *testing.T, others ...string) *contract {
	t.Helper()
	var set descriptorpb.FileDescriptorSet
	var d tiers.Description
	protoregistry.GlobalFiles.RangeFiles(func(f protoreflect.FileDescriptor) bool {
		set.File = append(set.File, protodesc.ToFileDescriptorProto(f))
		for i := range f.Services().Len() {
			for s, j := f.Services().Get(i), 0; j < s.Methods().Len(); j++ {
				if m := s.Methods().Get(j); !m.IsStreamingClient() && !m.IsStreamingServer() {
					others = append(others, "/"+string(s.FullName())+"/"+string(m.Name()))
				}
			}
		}
		return true
	})
	slices.Sort(others)
	for _, name := range others {
		d.Methods = append(d.Methods, tiers.Served{Name: name, Network: "tcp", Addr: "127.0.0.1:1"})
	}
	var err error
	if d.Files, err = proto.Marshal(&set); err != nil {
		t.Fatal(err)
	}
	c, err := newContract(d)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func drawn(t *testing.T, c *contract, seed uint64, n int) []request {
	t.Helper()
	initial := []compensate.Located{{Leaf: compensate.Leaf{Path: `shop.products["pen \"1\""].level`}}}
	g := newGenerator(seed, initial)
	var all []request
	for i := range n {
		m, msg := g.next(i, c.driven(nil))
		all = append(all, request{method: m, message: msg})
	}
	return all
}

// Every contract can be filled, each method comes first once, a seed gives the same requests, and values repeat.
func TestGenerator(t *testing.T) {
	c := testContract(t, "/nobody.Knows/This")
	methods := c.driven(nil)
	if len(methods) < 10 || len(methods) != len(c.methods)-1 || c.byName["/nobody.Knows/This"].why == "" {
		t.Fatalf("%d of %d methods can be driven", len(methods), len(c.methods))
	}
	const n = 500
	all, again := drawn(t, c, 7, n), drawn(t, c, 7, n)
	seen := make(map[string]int)
	for i, r := range all {
		if i < len(methods) && r.method != methods[i] {
			t.Errorf("request %d is for %s", i, r.method.Name)
		}
		if diff := cmp.Diff(r.message, again[i].message, protocmp.Transform()); diff != "" || r.method != again[i].method {
			t.Fatalf("request %d is another one with the same seed:\n%s", i, diff)
		}
		b, err := proto.MarshalOptions{Deterministic: true}.Marshal(r.message)
		if err != nil {
			t.Fatalf("request %d: %v", i, err)
		}
		seen[r.method.Name+string(b)]++
	}
	if len(seen) > n*9/10 {
		t.Errorf("%d of %d requests are unlike all others", len(seen), n)
	}
	if text := drawnText(all); !strings.Contains(text, `pen \"1\"`) {
		t.Error("no key of the initial state was drawn")
	}
}

func drawnText(all []request) string {
	var b strings.Builder
	for _, r := range all {
		b.WriteString(r.message.(*dynamicpb.Message).String())
	}
	return b.String()
}

// What a reply holds comes back in fields of its name, and ids in all ids.
func TestGeneratorLearns(t *testing.T) {
	c := testContract(t)
	g := newGenerator(1, nil)
	reply := dynamicpb.NewMessage(c.byName["/grpc.testing.TestService/UnaryCall"].output)
	reply.Set(reply.Descriptor().Fields().ByName("server_id"), protoreflect.ValueOfString("drawn-id"))
	g.learn(reply)
	fields := reply.Descriptor().Fields()
	count := func(name protoreflect.Name) (n int) {
		for range 100 {
			if g.scalar(fields.ByName(name)).String() == "drawn-id" {
				n++
			}
		}
		return n
	}
	if n := count("server_id"); n < 20 || n > 80 {
		t.Errorf("server_id repeats in %d of 100", n)
	}
	if n := count("hostname"); n != 0 {
		t.Errorf("hostname has the id in %d of 100", n)
	}
}

func TestRequestsComeBack(t *testing.T) {
	c := testContract(t)
	path := filepath.Join(t.TempDir(), "requests")
	want := drawn(t, c, 3, 100)
	want[5].metadata = map[string]string{"token": "x"}
	if err := c.writeRequests(path, want); err != nil {
		t.Fatal(err)
	}
	got, err := c.readRequests(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(request{}), cmp.Comparer(func(a, b *method) bool { return a == b }), protocmp.Transform()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestRequestFaults(t *testing.T) {
	c := testContract(t, "/nobody.Knows/This")
	for _, f := range []struct{ text, want string }{
		{"", "there are none"},
		{"# only\n\n", "there are none"},
		{"\n{}", `:2: the service has no method ""`},
		{`{"method": "/grpc.testing.TestService/Nothing"}`, `:1: the service has no method "/grpc.testing.TestService/Nothing"`},
		{`{"method": "/nobody.Knows/This"}`, "cannot be driven: the program has no descriptor of its contract"},
		{`{"method": "grpc.testing.TestService/UnaryCall", "request": {"nothing": 1}}`, `unknown field "nothing"`},
		{`{"method": "grpc.testing.TestService/UnaryCall", "requests": {}}`, `unknown field "requests"`},
		{`{"method": `, "unexpected EOF"},
		{`UnaryCall`, "invalid character"},
	} {
		path := filepath.Join(t.TempDir(), "requests")
		if err := os.WriteFile(path, []byte(f.text), 0o666); err != nil {
			t.Fatal(err)
		}
		_, err := c.readRequests(path)
		if _, ok := err.(*InputError); !ok || !strings.Contains(err.Error(), f.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want one line with %q", f.text, err, f.want)
		}
	}
}
