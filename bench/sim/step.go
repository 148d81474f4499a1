package main

import (
	"bufio"
	"fmt"
	"strconv"
	"strings"

	"github.com/midas-tiers/midas/bench/sim/scenario"
)

const stepHelp = "n: next, p: previous, g N: go to event N, s: state, q: quit; every step prints what changed\n"

// step steps through a seed, or a regression's events, forward and back: commands on stdin.
func (o *options) step(streams Streams, s *scenario.Scenario) error {
	f, err := s.Family(o.broken)
	if err != nil {
		return err
	}
	seed := o.start
	if s.Regression() {
		seed = s.Seed
	}
	d := f.At(seed).Debug(seed, s.Events)
	fmt.Fprintf(streams.Out, "%s seed %d: %d events, then all is mended: %s\n%s", s.Name, seed, d.Len(), clean(d.Violation), stepHelp)
	at := 0
	for in := bufio.NewScanner(streams.In); in.Scan(); {
		word, arg, _ := strings.Cut(strings.TrimSpace(in.Text()), " ")
		from := at
		switch word {
		case "n", "":
			at++
		case "p":
			at--
		case "g":
			if at, err = strconv.Atoi(arg); err != nil {
				at = from
			}
		case "s":
			fmt.Fprint(streams.Out, d.State(at))
			continue
		case "q":
			return nil
		default:
			fmt.Fprint(streams.Out, stepHelp)
			continue
		}
		at = min(max(at, 0), d.Len()+1)
		fmt.Fprintf(streams.Out, "%d %s\n%s", at, d.Event(at), d.Diff(from, at))
	}
	return nil
}
