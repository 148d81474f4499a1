package core

import (
	"slices"
	"strings"
	"testing"
)

func TestConfig(t *testing.T) {
	for name, edit := range map[string]func(*Config){
		"tier":      func(c *Config) { c.Tier = "" },
		"replica":   func(c *Config) { c.Replica = 0 },
		"lanes":     func(c *Config) { c.Lanes = -1 },
		"Footprint": func(c *Config) { c.Footprint = nil },
		"Plan":      func(c *Config) { c.Plan = nil },
		"Offers":    func(c *Config) { c.OffersRequests = nil },
	} {
		cfg := newDriver(t).cfg
		edit(&cfg)
		if _, err := New(cfg); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("no %s: %v", name, err)
		}
	}
}

func TestOpID(t *testing.T) {
	for _, tt := range []struct {
		id     OpID
		client string
		seq    uint64
		ok     bool
		parent OpID
		call   CallID
		nested bool
		realm  string
		birth  uint64
	}{
		{"c/1", "c", 1, true, "", "", false, "", 0},
		{"c/1/a2", "c", 1, true, "c/1", "a2", true, "", 0},
		{"r:c@7/1/a2/1", "r:c@7", 1, true, "r:c@7/1/a2", "1", true, "r", 7},
		{"c@x/1", "c@x", 1, true, "", "", false, "", 0},
		{"a@1@2/1", "a@1@2", 1, true, "", "", false, "", 2},
		{"c", "", 0, false, "", "", false, "", 0},
		{"/1", "", 0, false, "", "", false, "", 0},
		{"c/x", "c", 0, false, "", "", false, "", 0},
	} {
		client, seq, ok := tt.id.Root()
		parent, call, nested := tt.id.Parent()
		if client != tt.client || seq != tt.seq || ok != tt.ok || parent != tt.parent || call != tt.call || nested != tt.nested {
			t.Errorf("%s: %q %d %t, %q %q %t", tt.id, client, seq, ok, parent, call, nested)
		}
		if r, b := realm(tt.id), birth(tt.id); r != tt.realm || b != tt.birth {
			t.Errorf("%s: realm %q, birth %d", tt.id, r, b)
		}
		if nested && parent.Nested(call) != tt.id {
			t.Errorf("%s: nested id is %s", tt.id, parent.Nested(call))
		}
	}
}

func TestMeet(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"p.T.f", "p.T.f", true}, {"p.T.f", "p.T.g", false}, {"p.T.f", "*", true}, {"p.T.f", "p.T.f[k]", true},
		{"p.T.f[k]", "p.T.f", true}, {"p.T.f[k]", "p.T.f[l]", false}, {"p.T.f", "p.T.ff[k]", false}, {"p.T.f", "p.T.ff", false},
	} {
		if got := meet([]string{tt.a}, []string{tt.b}); got != tt.want {
			t.Errorf("%s meets %s: %t", tt.a, tt.b, got)
		}
	}
}

func TestRestoreRefuses(t *testing.T) {
	for name, b := range map[string]string{"not an image": "x", "version": "\xa1\x67Version\x01"} {
		d := newDriver(t)
		d.command(strings.Fields("apply lead replica=2"))
		if err := d.c.Restore([]byte(b), 1); err == nil {
			t.Errorf("%s: no error", name)
		}
		if d.c.epoch != 1 {
			t.Errorf("%s: the table is gone", name)
		}
	}
	if _, err := newDriver(t).c.Snapshot(); err == nil {
		t.Error("snapshot without capture: no error")
	}
}

func TestRules(t *testing.T) {
	if n := len(Rules()); n != len(ruleNames)-1 || slices.Contains(Rules(), "") {
		t.Errorf("%d rules: %v", n, Rules())
	}
	for _, name := range Rules() {
		if r, ok := RuleOf(name); !ok || r.String() != name {
			t.Errorf("%s is %v, %t", name, r, ok)
		}
	}
	if _, ok := RuleOf("none"); ok {
		t.Error("none is a rule")
	}
}
