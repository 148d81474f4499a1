package world

import (
	"flag"
	"testing"
	"time"
)

var (
	seeds = flag.Uint64("seeds", 20, "")
	start = flag.Uint64("start", 0, "")
	conf  = flag.String("conf", "", "")
	brk   = flag.String("brk", "", "")
)

func TestExplore(t *testing.T) {
	cfg, err := Parse(*conf)
	if err != nil {
		t.Fatal(err)
	}
	if *brk != "" {
		if err := cfg.SetBreak(*brk); err != nil {
			t.Fatal(err)
		}
	}
	s := NewSimulation(cfg)
	begin := time.Now()
	bad := 0
	for seed := *start; seed < *start+*seeds; seed++ {
		if v := s.Run(seed); v != "" {
			t.Errorf("seed %d: %s", seed, v)
			if bad++; bad > 10 {
				break
			}
		}
	}
	t.Logf("%.3f ms a seed", time.Since(begin).Seconds()*1000/float64(s.Cover.Seeds))
	t.Logf("%+v", s.Cover)
}

func TestShrinkOne(t *testing.T) {
	cfg, err := Parse(*conf)
	if err != nil {
		t.Fatal(err)
	}
	if *brk != "" {
		if err := cfg.SetBreak(*brk); err != nil {
			t.Fatal(err)
		}
	}
	s := NewSimulation(cfg)
	events, viol := s.ShrinkSeed(*start)
	for _, e := range events {
		t.Log(e)
	}
	t.Log(viol)
	d := s.Debug(*start, events)
	t.Log(d.State(d.Len() + 1))
}
