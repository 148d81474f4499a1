package up

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/midas-tiers/midas/analysis/topology"
	"github.com/midas-tiers/midas/cmd/midas/fleet"
	"github.com/midas-tiers/midas/tiers"
)

const pair = `
version: 1
technique: full
style: active
commit: fast
lease: true
lanes: 2
log: memory
tiers:
  front:
    package: ./front
    args: ["-addr={{.Addr}}", "-orders", orders]
    env: {B: "{{peer \"orders\" 1}}", A: "{{.Tier}}-{{.Replica}}"}
    dir: /srv/{{.Replica}}
    calls: {orders: orders}
    lease: false
    replicas: [{addr: "127.0.0.1:1", peer: "127.0.0.1:2", args: [-v]}]
  orders:
    package: ./orders
    technique: vanilla
    commit: safe
    reads: log
    clients: 9
    methods: {/a.B/C: {style: leader}}
    replicas: [{addr: "127.0.0.1:3", peer: "127.0.0.1:4"}]
`

func TestCommands(t *testing.T) {
	top, err := topology.Parse([]byte(pair))
	if err != nil {
		t.Fatal(err)
	}
	got, err := Commands(top, Settings{Binaries: map[string]string{"front": "/b/f", "orders": "/b/o"}, Data: "/data", Dir: "/top"})
	if err != nil {
		t.Fatal(err)
	}
	var places []tiers.Place
	for i, c := range got {
		text, ok := strings.CutPrefix(c.Env[len(c.Env)-1], tiers.PlaceVariable+"=")
		place, err := tiers.ParsePlace(text)
		if !ok || err != nil {
			t.Fatalf("%s: place %q: %v", c.Name, text, err)
		}
		places = append(places, *place)
		got[i].Env = c.Env[:len(c.Env)-1]
	}
	want := []fleet.Command{
		{Name: "front/1", Path: "/b/f", Args: []string{"-addr=127.0.0.1:1", "-orders", "orders", "-v"},
			Env: []string{"A=front-1", "B=127.0.0.1:4"}, Dir: "/srv/1", Addr: "127.0.0.1:1"},
		{Name: "orders/1", Path: "/b/o", Env: []string{}, Dir: "/top", Addr: "127.0.0.1:3"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("commands (-want +got):\n%s", diff)
	}
	members := map[string][]tiers.Member{
		"front":  {{ID: 1, Addr: "127.0.0.1:1", Peer: "127.0.0.1:2"}},
		"orders": {{ID: 1, Addr: "127.0.0.1:3", Peer: "127.0.0.1:4"}},
	}
	edges := map[string][]string{"front": {"orders"}, "orders": nil}
	wantPlaces := []tiers.Place{
		{Version: 2, Tier: "front", Replica: 1, Style: "active", Technique: "full", Commit: "fast", Reads: "index", Lanes: 2, Log: "memory", Data: "/data/front-1", Tiers: members,
			Calls: map[string]string{"orders": "orders"}, Edges: edges},
		{Version: 2, Tier: "orders", Replica: 1, Style: "active", Technique: "vanilla", Commit: "safe", Reads: "log", Lease: true, Lanes: 2,
			Clients: 9, Methods: map[string]tiers.Plan{"/a.B/C": {Style: "leader"}}, Log: "memory", Data: "/data/orders-1", Tiers: members,
			Edges: edges},
	}
	if diff := cmp.Diff(wantPlaces, places); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
}

// TestExamples: the topologies beside the examples are good ones.
func TestExamples(t *testing.T) {
	for path, replicas := range map[string]int{"threetier/topology.yaml": 9, "threetier/slides/topology.yaml": 6} {
		top, err := topology.Load(filepath.Join("../../../examples", path))
		if err != nil {
			t.Error(err)
			continue
		}
		commands, err := Commands(top, Settings{})
		if err != nil || len(commands) != replicas {
			t.Errorf("%s: %d commands, %v, want %d", path, len(commands), err, replicas)
		}
	}
}

// TestTakePorts takes so many free ports that some would be given twice if they were not all held at once.
func TestTakePorts(t *testing.T) {
	top := &topology.Topology{Tiers: map[string]*topology.Tier{"a": {Replicas: make([]topology.Replica, 301)}}}
	replicas := top.Tiers["a"].Replicas
	for i := range replicas {
		replicas[i] = topology.Replica{Addr: "127.0.0.1:0", Peer: "127.0.0.1:0"}
	}
	if err := TakePorts(top); err != nil {
		t.Fatal(err)
	}
	taken := make(map[string]bool)
	for _, r := range replicas {
		for _, addr := range []string{r.Addr, r.Peer} {
			if taken[addr] || strings.HasSuffix(addr, ":0") {
				t.Errorf("address %s is given twice or has no port", addr)
			}
			taken[addr] = true
		}
	}
}
