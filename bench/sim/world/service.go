package world

import (
	"strconv"

	"github.com/midas-tiers/midas/tiers/core"
)

// service is what all replicas of all tiers run. It is worked out once for a configuration; one goroutine uses it at a time.
type service struct {
	cfg        Config
	topology   topology
	steps      [][256][]step // by tier and shape
	footprints map[footprintKey]core.Footprint
}

type footprintKey struct {
	tier        int
	m           method
	from        byte // where the sliver starts: b(egin), e(ffect), or c(all)
	whole       bool // whole copies are taken
	transparent bool // also of slivers that draw nothing
}

func newService(cfg Config) *service {
	s := &service{cfg: cfg, topology: topologies[cfg.Topology], footprints: map[footprintKey]core.Footprint{}}
	for _, to := range s.topology.calls {
		var t [256][]step
		for _, shape := range []byte(shapes) {
			t[shape] = stepsOf(to, shape)
		}
		s.steps = append(s.steps, t)
	}
	return s
}

func wholeCopies(technique string) bool { return technique == "full" || technique == "transparent" }

// footprint is what analysis would say of the slivers of begin's method that start at from.
func (s *service) footprint(tier, replica int, begin *core.Entry, from string) core.Footprint {
	k := footprintKey{tier: tier, m: methodOf(begin.Method), from: 'c', whole: wholeCopies(begin.Technique), transparent: begin.Technique == "transparent"}
	switch from {
	case "":
		k.from = 'b'
	case effectName:
		k.from = 'e'
	}
	if s.cfg.Plant == plantWaitsDiffer && replica == 2 {
		return core.Footprint{Writes: []string{"*"}, Contaminated: []string{"*"}}
	}
	f, ok := s.footprints[k]
	if !ok {
		f = s.makeFootprint(k)
		s.footprints[k] = f
	}
	return f
}

func (s *service) place(name string, key int) string {
	if s.cfg.Keyed {
		return name + "[" + strconv.Itoa(key) + "]"
	}
	return name + strconv.Itoa(key)
}

func (s *service) makeFootprint(k footprintKey) core.Footprint {
	m, f := k.m, core.Footprint{}
	at := func(name string) string { return s.place(name, m.key) }
	if m.class == 'R' {
		return core.Footprint{Reads: []string{at("v"), at("w")}}
	}
	first, last := m.drawsFirst(), m.drawsLast()
	if k.whole && (first || last || k.transparent) && s.cfg.Plant != plantFullNoWait {
		return core.Footprint{Writes: []string{"*"}, Contaminated: []string{"*"}}
	}
	steps := s.steps[k.tier][m.shape]
	begins, ends := k.from == 'b', k.from != 'b' || len(steps) == 0 || m.class == 'Y'
	taint := func(so bool, places ...string) {
		if so {
			f.Contaminated = append(f.Contaminated, places...)
		}
	}
	if begins {
		s.beginPlaces(&f, m)
	} else {
		f.Reads = append(f.Reads, at("d"))
		f.Writes = append(f.Writes, at("s"))
		taint(first, at("s"))
	}
	if m.shape == 'f' && !begins {
		f.Writes = append(f.Writes, "acc")
		taint(first, "acc")
	}
	if ends {
		f.Writes = append(f.Writes, at("w"), at("end"))
		taint(last || (begins || m.shape == 'f') && first, at("w"))
		taint(m.class == 'Y' && begins, at("end"))
	}
	return f
}

// beginPlaces are those of an op's first sliver, whatever it ends in.
func (s *service) beginPlaces(f *core.Footprint, m method) {
	at := func(name string) string { return s.place(name, m.key) }
	f.Writes = append(f.Writes, at("v"), at("x"), at("m"), at("o"), at("d"))
	if !m.drawsFirst() {
		return
	}
	f.Contaminated = append(f.Contaminated, at("v"), at("x"), at("m"), at("o"))
	for key := range s.cfg.Keys {
		if s.cfg.LocRead {
			f.Reads = append(f.Reads, s.place("d", key))
		}
		if s.cfg.LocRead && s.cfg.Plant != plantLooseFootprint {
			f.Contaminated = append(f.Contaminated, s.place("d", key))
		}
	}
}
