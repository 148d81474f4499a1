package topology

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const good = `
version: 1
lanes: 2
tiers:
  front:
    package: ./front
    args: ["-addr", "{{.Addr}}"]
    calls: {"orders:80": orders}
    replicas:
      - {addr: "127.0.0.1:7011", peer: "127.0.0.1:7111"}
  orders:
    binary: bin/orders
    technique: full
    style: active
    methods: {/shop.Orders/Place: {style: leader}}
    env: {LEVEL: debug}
    calls: {stock: stock}
    replicas:
      - {addr: "127.0.0.1:7021", peer: "127.0.0.1:7121"}
      - {addr: "127.0.0.1:7022", peer: "127.0.0.1:7122", args: ["-v"]}
      - {addr: "127.0.0.1:7023", peer: "127.0.0.1:7123"}
  stock:
    package: ./stock
    replicas:
      - {addr: "127.0.0.1:0", peer: "127.0.0.1:0"}
`

func TestParse(t *testing.T) {
	got, err := Parse([]byte(good))
	if err != nil {
		t.Fatal(err)
	}
	want := &Tier{
		Binary: "bin/orders", Replication: Replication{Style: "active", Technique: "full", Commit: "safe", Reads: "index", Lanes: 2},
		Methods: map[string]Method{"/shop.Orders/Place": {Style: "leader"}}, Env: map[string]string{"LEVEL": "debug"}, Calls: map[string]string{"stock": "stock"},
		Replicas: []Replica{
			{Addr: "127.0.0.1:7021", Peer: "127.0.0.1:7121"},
			{Addr: "127.0.0.1:7022", Peer: "127.0.0.1:7122", Args: []string{"-v"}},
			{Addr: "127.0.0.1:7023", Peer: "127.0.0.1:7123"},
		},
	}
	if diff := cmp.Diff(want, got.Tiers["orders"]); diff != "" {
		t.Errorf("tier orders (-want +got):\n%s", diff)
	}
	if got.Commit != "safe" || got.Log != "disk" || got.Tiers["front"].Technique != "reexecute" {
		t.Errorf("defaults: commit %q, log %q, technique %q", got.Commit, got.Log, got.Tiers["front"].Technique)
	}
	if diff := cmp.Diff([]string{"front", "orders", "stock"}, got.Names()); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

func TestFaults(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"unknown field", "version: 1", "version: 1\ntechnic: full", "field technic not found"},
		{"version", "version: 1", "version: 2", "version 2 is not supported"},
		{"technique of a tier", "technique: full", "technique: magic", `tier orders: unknown technique "magic"`},
		{"technique", "version: 1", "version: 1\ntechnique: magic", `unknown technique "magic"`},
		{"technique of a method", "{style: leader}", "{technique: magic}", `tier orders: method /shop.Orders/Place: unknown technique "magic"`},
		{"vanilla for a method", "{style: leader}", "{technique: vanilla}", "technique vanilla is for whole tiers"},
		{"style", "style: active", "style: passive", `tier orders: unknown style "passive"`},
		{"lanes", "lanes: 2", "lanes: -1", "lanes is -1, must not be negative"},
		{"reads", "version: 1", "version: 1\nreads: stale", `unknown reads "stale"`},
		{"commit", "version: 1", "version: 1\ncommit: later", `unknown commit "later"`},
		{"log", "version: 1", "version: 1\nlog: paper", `unknown log "paper"`},
		{"duplicate address", "127.0.0.1:7022", "127.0.0.1:7111", "tier orders: replica 2: addr 127.0.0.1:7111 is already used by tier front replica 1"},
		{"even", `      - {addr: "127.0.0.1:7023", peer: "127.0.0.1:7123"}`, "", "tier orders: has 2 replicas: the number must be odd"},
		{"none", `      - {addr: "127.0.0.1:0", peer: "127.0.0.1:0"}`, "", "tier stock: has no replicas"},
		{"unknown callee", "{stock: stock}", "{stock: store}", `tier orders: calls "stock": unknown tier "store"`},
		{"neither package nor binary", "package: ./stock", "dir: x", "tier stock: needs a package or a binary"},
		{"both", "binary: bin/orders", "binary: x\n    package: y", "tier orders: has both"},
		{"no port", "127.0.0.1:7011", "127.0.0.1", `tier front: replica 1: addr "127.0.0.1" is not host:port`},
		{"no peer", `, peer: "127.0.0.1:7111"`, "", "tier front: replica 1: has no peer"},
		{"no tiers", good[strings.Index(good, "tiers:"):], "", "no tiers"},
		{"empty", good, "", "empty document"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(good, tt.old, tt.new, 1)
			if text == good {
				t.Fatalf("%q is not in the document", tt.old)
			}
			_, err := Parse([]byte(text))
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("Parse: %v, want one line with %q", err, tt.want)
			}
		})
	}
}

func TestOnCircle(t *testing.T) {
	top := &Topology{Tiers: map[string]*Tier{
		"a": {Calls: map[string]string{"b": "b"}},
		"b": {Calls: map[string]string{"c": "c"}},
		"c": {Calls: map[string]string{"b": "b", "d": "d"}},
		"d": {},
	}}
	for _, tt := range []struct {
		caller, callee string
		want           bool
	}{{"a", "b", false}, {"b", "c", true}, {"c", "b", true}, {"c", "d", false}} {
		if got := top.OnCircle(tt.caller, tt.callee); got != tt.want {
			t.Errorf("OnCircle(%s, %s) = %v, want %v", tt.caller, tt.callee, got, tt.want)
		}
	}
}
