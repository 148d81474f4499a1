package world

import (
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

func TestMatrix(t *testing.T) {
	debug.SetGCPercent(800)
	confs := strings.Split(os.Getenv("CONFS"), ";")
	for _, b := range Breakable() {
		if o := os.Getenv("ONLY"); o != "" && !strings.Contains(" "+o+" ", " "+b+" ") {
			continue
		}
		found := ""
		for _, c := range confs {
			cfg, err := Parse(c)
			if err != nil {
				t.Fatal(err)
			}
			cfg.SetBreak(b)
			s := NewSimulation(cfg)
			begin := time.Now()
			for seed := uint64(0); seed < *seeds && time.Since(begin) < 8*time.Second; seed++ {
				func() {
					defer func() {
						if p := recover(); p != nil {
							found += fmt.Sprintf(" [%s:%d PANIC %.60s]", c, seed, fmt.Sprint(p))
							seed = *seeds
						}
					}()
					if v := s.Run(seed); v != "" {
						found += fmt.Sprintf(" [%s:%d %s]", c, seed, kind(v))
						seed = *seeds
					}
				}()
			}
		}
		fmt.Printf("%-20s %s\n", b, found)
	}
}
