// Package scenario reads the simulator's scenarios, which are text files, and plays them.
//
// A family has "run:" lines, each a configuration of the simulated world (the words are listed at world.Parse): seed n runs the n-th of
// them, over and over.
// A regression has one run line, a rule of the protocol that is broken ("break:"), the kinds of violation that then show ("shows:"), a seed
// and events, one a line (the verbs are listed at world.Verb). Played with the rule kept nothing may be violated, and with the rule broken one of those kinds must be.
// "made by: hand" says that its events were not found by search. Comment lines begin with #; the first ones are its description.
package scenario

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/midas-tiers/midas/bench/sim/world"
)

// Scenario is one file.
type Scenario struct {
	Name    string
	About   string // its description
	Runs    []world.Config
	Breaks  []string // names of what is planted: in a regression one; of a family, those that it is known to find
	Shows   []string // kinds of violation
	Hand    bool
	Seed    uint64
	Events  []string
	header  []string // lines as in the file
	runText []string
}

// Regression says that the scenario plays its own events.
func (s *Scenario) Regression() bool { return len(s.Shows) > 0 }

// Load reads all scenarios of a folder, by name. flaws.txt is none: it says which flaws have no scenario.
func Load(folder fs.FS) ([]*Scenario, error) {
	names, err := fs.Glob(folder, "*.txt")
	if err != nil {
		return nil, fmt.Errorf("list scenarios: %w", err)
	}
	slices.Sort(names)
	var all []*Scenario
	for _, name := range names {
		if name == "flaws.txt" {
			continue
		}
		b, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, fmt.Errorf("read scenario: %w", err)
		}
		s, err := Parse(name, string(b))
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

// Find picks scenarios by name: "all" families, one of them, or a regression.
func Find(all []*Scenario, name string) []*Scenario {
	var found []*Scenario
	for _, s := range all {
		if s.Name == name || name == "all" && !s.Regression() {
			found = append(found, s)
		}
	}
	return found
}

// Parse reads the text of one scenario, the content of a file. Errors name the file and, where there is one, the line.
func Parse(file, text string) (*Scenario, error) {
	s := &Scenario{Name: strings.TrimSuffix(path.Base(file), ".txt")}
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		key, value, ok := strings.Cut(line, ": ")
		header, err := true, error(nil)
		switch {
		case line[0] == '#':
			if len(s.Runs) == 0 {
				s.About = strings.TrimSpace(s.About + " " + strings.TrimSpace(line[1:]))
			}
		case ok && s.headers()[key] != nil:
			err = s.headers()[key](value)
			header = key != "seed"
		case !world.Verb(line):
			err = fmt.Errorf("%q is neither a header (%s) nor an event", line, strings.Join(slices.Sorted(maps.Keys(s.headers())), ", "))
		default:
			s.Events = append(s.Events, line)
			header = false
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, number, err)
		}
		if header {
			s.header = append(s.header, line)
		}
	}
	return s, s.check()
}

// headers read the values of header lines, by key.
func (s *Scenario) headers() map[string]func(string) error {
	return map[string]func(string) error{
		"run": func(v string) error {
			cfg, err := world.Parse(v)
			s.Runs, s.runText = append(s.Runs, cfg), append(s.runText, v)
			return err
		},
		"break": func(v string) error {
			s.Breaks = strings.Fields(v)
			return nil
		},
		"shows": func(v string) error {
			s.Shows = strings.Fields(v)
			return nil
		},
		"made by": func(v string) error {
			s.Hand = v == "hand"
			return nil
		},
		"seed": func(v string) (err error) {
			s.Seed, err = strconv.ParseUint(v, 10, 64)
			return err
		},
	}
}

func (s *Scenario) check() error {
	if len(s.Runs) == 0 {
		return fmt.Errorf("scenario %s: no run line", s.Name)
	}
	if s.Regression() && (len(s.Runs) != 1 || len(s.Breaks) != 1) {
		return fmt.Errorf("scenario %s: a regression has one run line and breaks one rule", s.Name)
	}
	for _, b := range s.Breaks {
		cfg := s.Runs[0]
		if err := cfg.SetBreak(b); err != nil {
			return fmt.Errorf("scenario %s: %w", s.Name, err)
		}
	}
	return nil
}

// Text is the scenario as a file.
func (s *Scenario) Text() string {
	text := strings.Join(s.header, "\n") + "\n"
	if s.Regression() {
		text += fmt.Sprintf("seed: %d\n", s.Seed)
	}
	if len(s.Events) > 0 {
		text += "\n" + strings.Join(s.Events, "\n") + "\n"
	}
	return text
}
