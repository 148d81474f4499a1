package tiers

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/midas-tiers/midas/compensate"
	midasrt "github.com/midas-tiers/midas/runtime"
)

// patient counts its checks.
type patient struct {
	healthpb.UnimplementedHealthServer
	checks map[string]int
}

func (p *patient) Check(_ context.Context, in *healthpb.HealthCheckRequest) (*healthpb.HealthCheckResponse, error) {
	p.checks[in.GetService()]++
	return &healthpb.HealthCheckResponse{}, nil
}

// alone starts a replica that is its whole group, and returns its peer address.
func alone(t *testing.T, technique compensate.Technique) string {
	t.Helper()
	self := Member{ID: 1, Addr: freeAddr(t), Peer: freeAddr(t)}
	r := newReplica(&Place{
		Version: 2, Tier: "copy", Replica: 1, Style: styleActive, Technique: string(technique), Log: "memory", Reads: "log",
		Tiers: map[string][]Member{"copy": {self}},
	})
	r.services = newServices(map[string]midasrt.Method{"/grpc.health.v1.Health/Check": {}})
	s := grpc.NewServer()
	registrar{s, r}.RegisterService(&healthpb.Health_ServiceDesc, &patient{checks: map[string]int{}})
	lis, err := net.Listen("tcp", self.Addr)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- r.serve(s, lis) }()
	t.Cleanup(func() {
		s.Stop()
		<-ended
	})
	return self.Peer
}

// described waits until the replica at peer answers.
func described(t *testing.T, peer string) Description {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		d, err := Describe(t.Context(), peer)
		if err == nil {
			return d
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
}

func check(t *testing.T, addr, service string) {
	t.Helper()
	conn, err := grpc.NewClient(addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := healthpb.NewHealthClient(conn).Check(t.Context(), &healthpb.HealthCheckRequest{Service: service}); err != nil {
		t.Fatal(err)
	}
}

func imageOf(t *testing.T, peer string) Image {
	t.Helper()
	i, err := ImageOf(t.Context(), peer)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestDescribe(t *testing.T) {
	d := described(t, alone(t, compensate.Vanilla))
	got := map[string]string{}
	for _, m := range d.Methods {
		got[m.Name] = m.Refused
		if m.Network != "tcp" || !strings.HasPrefix(m.Addr, "127.0.0.1:") || m.Stream != strings.HasSuffix(m.Name, "Watch") {
			t.Errorf("%+v", m)
		}
	}
	want := map[string]string{
		"/grpc.health.v1.Health/Check": "", "/grpc.health.v1.Health/List": "analysis has not seen it",
		"/grpc.health.v1.Health/Watch": "streaming methods are not replicated",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	var files descriptorpb.FileDescriptorSet
	if err := proto.Unmarshal(d.Files, &files); err != nil || len(files.File) != 1 || files.File[0].GetPackage() != "grpc.health.v1" {
		t.Errorf("contracts: %v, %v", &files, err)
	}
}

// A copy that has adopted another's state is equal to it, and goes on from there.
func TestAdopt(t *testing.T) {
	one, two := alone(t, compensate.Vanilla), alone(t, compensate.Vanilla)
	addr := described(t, one).Methods[0].Addr
	described(t, two)
	check(t, addr, "a")
	check(t, addr, "a")
	want := imageOf(t, one)
	if imageOf(t, two).Digest == want.Digest {
		t.Fatal("the copies are equal before")
	}
	if err := Adopt(t.Context(), two, want.Encoded); err != nil {
		t.Fatal(err)
	}
	if imageOf(t, two).Digest != want.Digest {
		t.Error("the copies differ after")
	}
	check(t, described(t, two).Methods[0].Addr, "a")
	found, err := Locate(t.Context(), two)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 1 || found[0].Path != `tiers.patient.checks["a"]` || found[0].Value != "3" ||
		found[0].Way[1].Field != "github.com/midas-tiers/midas/tiers.patient.checks" {
		t.Errorf("located %+v", found)
	}
}

func TestAdoptIsRefused(t *testing.T) {
	peer := alone(t, compensate.Reexecute)
	described(t, peer)
	if err := Adopt(t.Context(), peer, imageOf(t, peer).Encoded); err == nil || !strings.Contains(err.Error(), "only if it is alone, under technique vanilla") {
		t.Errorf("Adopt = %v", err)
	}
	grouped := &node{nodeConfig: nodeConfig{place: &Place{Tier: "copy", Technique: string(compensate.Vanilla), Tiers: map[string][]Member{"copy": {{ID: 1}, {ID: 2}, {ID: 3}}}}}}
	if err := grouped.look(probe{Adopt: []byte{1}}, &probed{}); err == nil {
		t.Error("a member of a group adopts")
	}
	vanilla := alone(t, compensate.Vanilla)
	described(t, vanilla)
	if err := Adopt(t.Context(), vanilla, []byte("nonsense")); err == nil {
		t.Error("nonsense was adopted")
	}
}
