package world

import (
	"os"
	"strings"
	"testing"
)

func TestTmp(t *testing.T) {
	cfg, _ := Parse(*conf)
	s := NewSimulation(cfg)
	b, _ := os.ReadFile(os.Getenv("EV"))
	var ev []string
	for l := range strings.Lines(string(b)) {
		l = strings.TrimSpace(l)
		if l != "" {
			ev = append(ev, l)
		}
	}
	d := s.Debug(*start, ev)
	t.Log(d.Violation)
	t.Log(d.State(d.Len() + 1))
}
