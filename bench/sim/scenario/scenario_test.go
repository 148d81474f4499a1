package scenario

import (
	"strings"
	"testing"
	"testing/fstest"
)

// What cannot be read is named with file and line.
func TestLoadNamesTheLine(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"# about\nrun: style=active\nbreak: fence\nshow: DIVERGE\n", `a.txt:4: "show: DIVERGE" is neither a header (break, made by, run, seed, shows) nor an event`},
		{"# about\n\nrun: style=active pace=4\n", `a.txt:3: configuration word "pace=4": not known`},
		{"run: style=active\nseed: many\n", `a.txt:2: strconv.ParseUint: parsing "many"`},
		{"# about\n", "scenario a: no run line"},
		{"run: style=active\nbreak: nothing\n", `scenario a: nothing called "nothing" can be broken`},
	} {
		_, err := Load(fstest.MapFS{"a.txt": {Data: []byte(c.text)}})
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %s", c.text, err, c.want)
		}
	}
}
