package tiers

import (
	"strings"
	"testing"

	midasrt "github.com/midas-tiers/midas/runtime"
)

func TestUnmappedCalls(t *testing.T) {
	calls := map[string]midasrt.Method{"/a.A/Do": {Slivers: []midasrt.Sliver{{}, {From: "/b.B/Do"}}}}
	effects := map[string]midasrt.Method{"/a.A/Do": {Slivers: []midasrt.Sliver{{}, {From: "net/smtp.SendMail"}}}}
	for _, c := range []struct {
		name    string
		table   map[string]midasrt.Method
		mapped  string
		dialled string
		want    string
	}{
		{"all is mapped", calls, "b:80", "b:80", ""},
		{"nothing is mapped", calls, "", "b:80", "/a.A/Do calls /b.B/Do; the program dials b:80, which calls in the topology maps to no tier"},
		{"one is not mapped", calls, "b:80", "b:80 c:80", "dials c:80, which"},
		{"another name", calls, "b", "b:80", "dials b:80, which"},
		{"nothing is dialled yet", calls, "b:80", "", ""},
		{"nothing is dialled yet, and nothing mapped", calls, "", "", "maps nothing that the program dials"},
		{"effects only", effects, "", "smtp:25", ""},
	} {
		p := &Place{Calls: make(map[string]string)}
		for target := range strings.FieldsSeq(c.mapped) {
			p.Calls[target] = "b"
		}
		var d dialled
		for target := range strings.FieldsSeq(c.dialled) {
			d.note(target)
			d.note(target)
		}
		got := p.unmapped(c.table, d.targets())
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) || strings.Contains(got, "\n") {
			t.Errorf("%s: got %q, want one line with %q", c.name, got, c.want)
		}
	}
}
