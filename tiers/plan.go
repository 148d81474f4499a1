package tiers

import (
	"cmp"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"

	"github.com/midas-tiers/midas/compensate"
	midasrt "github.com/midas-tiers/midas/runtime"
	"github.com/midas-tiers/midas/tiers/core"
)

// Plan says how a method is replicated. What is empty is as the tier's is.
type Plan struct {
	Style     string `json:"style,omitempty"`     // "leader" or "active"
	Technique string `json:"technique,omitempty"` // one of package compensate's
}

// The styles.
const (
	styleLeader = "leader"
	styleActive = "active"
)

// planOf is what the place says of a method.
func (p *Place) planOf(method string) (style string, technique compensate.Technique) {
	m := p.Methods[method]
	return cmp.Or(m.Style, p.Style), compensate.Technique(cmp.Or(m.Technique, p.Technique))
}

func (p *Place) checkPlans() error {
	if err := (Plan{p.Style, p.Technique}).check(); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(p.Methods)) {
		style, technique := p.planOf(name)
		if err := (Plan{style, string(technique)}).check(); err != nil {
			return fmt.Errorf("method %s: %w", name, err)
		}
		if technique == compensate.Vanilla && p.Technique != string(technique) {
			return fmt.Errorf("method %s: technique vanilla is for whole tiers: its replicas diverge", name)
		}
	}
	return nil
}

// checkMethods says which method that the place names is none of the program's.
func (p *Place) checkMethods(served map[string]*method) error {
	for _, name := range slices.Sorted(maps.Keys(p.Methods)) {
		if served[name] == nil {
			return fmt.Errorf("tier %q: methods names %s, which the program does not serve: it serves %s", p.Tier, name,
				strings.Join(slices.Sorted(maps.Keys(served)), ", "))
		}
	}
	return nil
}

// analysed is a method that is to run by technique transparent although the program is built with analysis, "" if there is none: what it
// then measures is not what a system without analysis does.
func (p *Place) analysed(table map[string]midasrt.Method) string {
	all := func(places []string) bool { return slices.Equal(places, everything) }
	for _, name := range slices.Sorted(maps.Keys(table)) {
		if _, t := p.planOf(name); t != compensate.Transparent {
			continue
		}
		m := table[name]
		opaque := m.Leader != "" && !m.ReadOnly && !slices.ContainsFunc(m.Slivers, func(s midasrt.Sliver) bool { return !all(s.Writes) || !all(s.Contaminated) })
		if m.Refused == "" && !opaque {
			return name
		}
	}
	return ""
}

func (m Plan) check() error {
	if m.Style != styleLeader && m.Style != styleActive {
		return fmt.Errorf("style is %q, must be leader or active", m.Style)
	}
	_, err := compensate.ParseTechnique(m.Technique)
	return err
}

// lanes is how many slivers may run at a time.
func (p *Place) lanes() int {
	if p.Lanes == 0 {
		return min(4, runtime.GOMAXPROCS(0))
	}
	return p.Lanes
}

// plan is core.Config.Plan. What the request asked for does not matter: the tier decides.
func (n *node) plan(begin *core.Entry) (technique string, active bool) {
	style, t := n.place.planOf(begin.Method)
	active = style == styleActive && n.services.table[begin.Method].Leader == "" && t != compensate.Transparent
	if t == compensate.Auto {
		t = n.auto.choose(begin.Method, setting{active, n.core.Stats().Live})
	}
	return string(t), active
}
