package core

import (
	"errors"
	"testing"
)

func TestStuck(t *testing.T) {
	d := drive(t, 1)
	d.fit = errors.New("misfit")
	d.runs["c/1 "] = drew(Out{})
	d.apply(begin)
	want(t, "settle", d.apply(&Entry{Kind: Settle, Op: "c/1", Out: &Outcome{Exec: "2.0.1", Outs: []Out{{}}}}), "follow 2.0.1", "stuck")
	want(t, "deaf", d.apply(&Entry{Kind: Begin, Op: "c/2"}))
	other := drive(t, 2)
	other.runs["c/1 "] = same(Out{})
	want(t, "barrier", other.apply(begin, &Entry{Kind: Barrier}), "keep c/1:", "capture")
	img, err := other.c.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.c.Restore(img, 1); err == nil {
		t.Error("an image from before the misfit was taken")
	}
	if err := d.c.Restore(img, 2); err != nil {
		t.Error(err)
	}
	d.runs["c/3 "] = same(Out{})
	want(t, "well", d.apply(&Entry{Kind: Begin, Op: "c/3"}), "keep c/3:")
}

// TestMisjudged: the others sent as final what this replica drew values for.
func TestMisjudged(t *testing.T) {
	d := drive(t, 1)
	d.runs["c/1 "] = drew(call("1"))
	d.apply(begin)
	want(t, "resume", d.apply(&Entry{Kind: Resume, Op: "c/1", Call: "1"}), "stuck")
}

func TestRestoreRefuses(t *testing.T) {
	for name, b := range map[string]string{"not an image": "x", "version": "\xa1\x67Version\x02"} {
		if err := drive(t, 1).c.Restore([]byte(b), 1); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := drive(t, 1).c.Snapshot(); err == nil {
		t.Error("snapshot without capture: no error")
	}
}

func TestConfig(t *testing.T) {
	for name, edit := range map[string]func(*Config){
		"tier":      func(c *Config) { c.Tier = "" },
		"replica":   func(c *Config) { c.Replica = 0 },
		"footprint": func(c *Config) { c.Footprint = nil },
		"offers":    func(c *Config) { c.OffersRequests = nil },
	} {
		cfg := drive(t, 1).c.cfg
		edit(&cfg)
		if _, err := New(cfg); err == nil {
			t.Errorf("no %s: no error", name)
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
	}{
		{"c/1", "c", 1, true, "", "", false},
		{"c/1/a2", "c", 1, true, "c/1", "a2", true},
		{"c/1/a2/1", "c", 1, true, "c/1/a2", "1", true},
		{"c", "", 0, false, "", "", false},
		{"/1", "", 0, false, "", "", false},
		{"c/x", "c", 0, false, "", "", false},
	} {
		client, seq, ok := tt.id.Root()
		parent, call, nested := tt.id.Parent()
		if client != tt.client || seq != tt.seq || ok != tt.ok || parent != tt.parent || call != tt.call || nested != tt.nested {
			t.Errorf("%s: %q %d %t, %q %q %t", tt.id, client, seq, ok, parent, call, nested)
		}
		if nested && parent.Nested(call) != tt.id {
			t.Errorf("%s: nested id is %s", tt.id, parent.Nested(call))
		}
	}
}
