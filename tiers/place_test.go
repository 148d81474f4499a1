package tiers

import (
	"encoding/json"
	"strings"
	"testing"

	midasrt "github.com/midas-tiers/midas/runtime"
)

func goodPlace() Place {
	return Place{
		Version: 2, Tier: "a", Replica: 1, Technique: "reexecute", Commit: "safe", Log: "disk",
		Tiers: map[string][]Member{
			"a": {{ID: 1, Peer: "127.0.0.1:1"}, {ID: 2, Peer: "127.0.0.1:2"}, {ID: 3, Peer: "127.0.0.1:3"}},
			"b": {{ID: 1, Peer: "127.0.0.1:4"}},
		},
		Calls: map[string]string{"b:80": "b"},
		Edges: map[string][]string{"a": {"b"}},
	}
}

func TestParsePlace(t *testing.T) {
	for _, c := range []struct {
		name, want string
		change     func(*Place)
	}{
		{"good", "", func(*Place) {}},
		{"defaults", "", func(p *Place) { p.Commit, p.Log = "", "" }},
		{"version", "version is 1", func(p *Place) { p.Version = 1 }},
		{"tier", "tier is empty", func(p *Place) { p.Tier = "" }},
		{"technique", "reexecute", func(p *Place) { p.Technique = "magic" }},
		{"commit", `commit is "slow"`, func(p *Place) { p.Commit = "slow" }},
		{"log", `log is "paper"`, func(p *Place) { p.Log = "paper" }},
		{"members", `tier "c" has no members`, func(p *Place) { p.Tier = "c" }},
		{"replica", "replica is 4", func(p *Place) { p.Replica = 4 }},
		{"even", `tier "b" has 2 members`, func(p *Place) { p.Tiers["b"] = append(p.Tiers["b"], Member{ID: 2, Peer: "127.0.0.1:9"}) }},
		{"ids", "each once", func(p *Place) { p.Tiers["a"][1].ID = 1 }},
		{"address", "peer:", func(p *Place) { p.Tiers["a"][1].Peer = "nowhere" }},
		{"duplicate", "belongs to", func(p *Place) { p.Tiers["b"][0].Peer = "127.0.0.1:2" }},
		{"colon", `tier is "a:b"`, func(p *Place) { p.Tier = "a:b" }},
		{"style", `style is "passive"`, func(p *Place) { p.Style = "passive" }},
		{"reads", `reads is "stale"`, func(p *Place) { p.Reads = "stale" }},
		{"lanes", "lanes is -1", func(p *Place) { p.Lanes = -1 }},
		{"method", `method /a.B/C: style is "passive"`, func(p *Place) { p.Methods = map[string]Plan{"/a.B/C": {Style: "passive"}} }},
		{"vanilla method", "vanilla is for whole tiers", func(p *Place) { p.Methods = map[string]Plan{"/a.B/C": {Technique: "vanilla"}} }},
		{"good method", "", func(p *Place) {
			p.Methods = map[string]Plan{"/a.B/C": {Technique: "auto"}, "/a.B/D": {Style: "active"}}
		}},
		{"calls", `maps "c:80" to tier "c"`, func(p *Place) { p.Calls["c:80"] = "c" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := goodPlace()
			c.change(&p)
			text, err := json.Marshal(p)
			if err != nil {
				t.Fatal(err)
			}
			_, err = ParsePlace(string(text))
			switch {
			case c.want == "" && err != nil:
				t.Error(err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n")):
				t.Errorf("got %v, want one line with %q", err, c.want)
			}
		})
	}
	good, err := json.Marshal(goodPlace())
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		`{"leger": 1, ` + string(good[1:]): `unknown field "leger"`,
		string(good) + "{}":                "something follows",
	} {
		if _, err := ParsePlace(text); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %v, want one line with %q", err, want)
		}
	}
	if _, err := ParsePlace("{"); err == nil || !strings.Contains(err.Error(), PlaceVariable) {
		t.Errorf("got %v, want an error that names the variable", err)
	}
}

func TestRequestsAreOfferedOutsideCircles(t *testing.T) {
	p := goodPlace()
	p.Edges = map[string][]string{"a": {"b", "c"}, "b": {"d"}, "c": {"a"}, "d": {"b"}}
	for callee, want := range map[string]bool{"b": true, "c": false, "d": false} {
		if got := p.offersRequests(callee); got != want {
			t.Errorf("requests from a to %s: offered %v, want %v", callee, got, want)
		}
	}
}

// Technique transparent is of use only with a program that is built without analysis.
func TestTransparentNeedsItsBuild(t *testing.T) {
	all := []string{"*"}
	opaque := midasrt.Method{Leader: "no tape", Slivers: []midasrt.Sliver{{Writes: all, Contaminated: all}}}
	known := midasrt.Method{Slivers: []midasrt.Sliver{{Writes: []string{"a.T.f"}}}}
	for _, c := range []struct {
		technique string
		method    midasrt.Method
		want      string
	}{
		{"transparent", opaque, ""}, {"transparent", known, "/a.B/C"}, {"transparent", midasrt.Method{Leader: "x", ReadOnly: true}, "/a.B/C"},
		{"transparent", midasrt.Method{Refused: "x"}, ""}, {"full", known, ""},
	} {
		p := goodPlace()
		p.Technique = c.technique
		if got := p.analysed(map[string]midasrt.Method{"/a.B/C": c.method}); got != c.want {
			t.Errorf("%s with %+v: got %q, want %q", c.technique, c.method, got, c.want)
		}
	}
}
