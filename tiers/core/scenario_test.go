package core

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "search again for the scenarios of testdata that were found by search")

// scenario is a file of testdata, named after a way in which a draft of the protocol failed. Its events are harmless, and fatal once
// the rule is broken.
type scenario struct {
	header []string // as in the file
	run    string
	rule   string // that is broken: a bug in the core, or else a plant in the world
	shows  string // kinds of violation
	hand   bool   // written by hand, not found by search
	seed   uint64
	events []string
}

func readScenario(path string) (*scenario, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	s := &scenario{}
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSpace(line)
		key, value, _ := strings.Cut(line, ": ")
		switch {
		case line == "":
			continue
		case key == "run":
			s.run = value
		case key == "break":
			s.rule = value
		case key == "shows":
			s.shows = value
		case key == "made by":
			s.hand = value == "hand"
		case key == "seed":
			if s.seed, err = strconv.ParseUint(value, 10, 64); err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
			continue
		case line[0] != '#':
			s.events = append(s.events, line)
			continue
		}
		s.header = append(s.header, line)
	}
	return s, nil
}

func (s *scenario) write(path string) error {
	text := strings.Join(s.header, "\n") + fmt.Sprintf("\nseed: %d\n", s.seed)
	if len(s.events) > 0 {
		text += "\n" + strings.Join(s.events, "\n") + "\n"
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

var bugs = map[string]bug{
	"skip-conflict-wait":   bugSkipConflictWait,
	"forget-dedup":         bugForgetDedup,
	"drop-forward":         bugDropForward,
	"chosen-by-replica":    bugChosenByReplica,
	"early-reply":          bugEarlyReply,
	"family-exempt":        bugFamilyExempt,
	"forget-owing":         bugForgetOwing,
	"mark-raw":             bugMarkRaw,
	"resume-no-outcome":    bugResumeNoOutcome,
	"forget-unsettled":     bugForgetUnsettled,
	"no-callback":          bugNoCallback,
	"no-output-no-settle":  bugNoOutputNoSettle,
	"nested-reply-waits":   bugNestedReplyWaits,
	"settle-no-reply":      bugSettleNoReply,
	"no-mark":              bugNoMark,
	"mark-alone":           bugMarkAlone,
	"forget-answered":      bugForgetAnswered,
	"barrier-holds-family": bugBarrierHoldsFamily,
	"no-unbarrier":         bugNoUnbarrier,
	"self-settle":          bugSelfSettle,
}

// config reads the run line: fields with values, and flags.
func (s *scenario) config(broken bool) simConfig {
	var c simConfig
	numbers := map[string]*int{"clients": &c.clients, "ops": &c.ops, "keys": &c.keys, "window": &c.window}
	texts := map[string]*string{"topology": &c.topology, "technique": &c.technique, "classes": &c.classes}
	flags := map[string]*bool{
		"own": &c.own, "fast": &c.fast, "barriers": &c.barriers, "give-up": &c.giveUp, "loc-read": &c.locRead, "quiet": &c.quiet,
		"images": &c.imageBias,
	}
	for _, word := range strings.Fields(s.run) {
		key, value, _ := strings.Cut(word, "=")
		switch {
		case numbers[key] != nil:
			*numbers[key], _ = strconv.Atoi(value)
		case texts[key] != nil:
			*texts[key] = value
		case flags[key] != nil:
			*flags[key] = true
		default:
			panic("run: " + word)
		}
	}
	if !broken {
		return c
	}
	c.bug = bugs[s.rule]
	if c.bug == bugNone {
		c.plant = s.rule
	}
	if s.rule == Vanilla {
		c.technique = Vanilla
	}
	return c
}

// play runs the events, heals everything and returns what is wrong then.
func (s *scenario) play(broken bool) string {
	w := newWorld(s.config(broken), s.seed)
	for _, e := range s.events {
		w.event(e)
		if w.viol != "" {
			return w.viol
		}
	}
	w.finish()
	return w.check()
}

// kind says that the violation is one of those that the scenario is to show.
func (s *scenario) kind(viol string) bool {
	kind, _, _ := strings.Cut(viol, ":")
	return viol != "" && strings.Contains(s.shows, kind)
}

func (s *scenario) works() bool { return s.kind(s.play(true)) && s.play(false) == "" }

// search finds a short list of events that shows the flaw.
func (s *scenario) search() bool {
	for s.seed = range 20000 {
		viol, events := simulate(s.config(true), s.seed)
		if !s.kind(viol) {
			continue
		}
		s.events = events
		if s.works() {
			s.shrink()
			return true
		}
	}
	return false
}

// shrink leaves out events as long as the flaw shows.
func (s *scenario) shrink() {
	for size := len(s.events); size > 0; {
		shorter := false
		for i := 0; i+size <= len(s.events); {
			before := s.events
			s.events = append(append([]string(nil), before[:i]...), before[i+size:]...)
			if s.works() {
				shorter = true
				continue
			}
			s.events = before
			i++
		}
		if !shorter || size > 1 {
			size /= 2
		}
	}
}

func TestScenarios(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatal("no scenarios", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			s, err := readScenario(path)
			if err != nil {
				t.Fatal(err)
			}
			if *update && !s.hand {
				if !s.search() {
					t.Fatal("no run shows it")
				}
				if err := s.write(path); err != nil {
					t.Fatal(err)
				}
			}
			if got := s.play(false); got != "" {
				t.Errorf("rule kept: %s", got)
			}
			if got := s.play(true); !s.kind(got) {
				t.Errorf("rule broken: got %q, want %s", got, s.shows)
			}
		})
	}
}
