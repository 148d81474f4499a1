package core

import "strings"

type target struct {
	tier int
	leaf bool
}

// calls are what a method of the tier calls, one after the other.
func calls(topology string, tier int, method string) []target {
	if strings.HasSuffix(method, "l") {
		return nil
	}
	switch topology {
	case "chain2", "chain3":
		if tier == tiersOf(topology)-1 {
			return nil
		}
		return []target{{tier: tier + 1}}
	case "twice":
		if tier == 1 {
			return nil
		}
		return []target{{tier: 1}, {tier: 1}}
	case "up2":
		if tier == 2 {
			return nil
		}
		return []target{{tier: 2}}
	case "diamond":
		return [][]target{{{tier: 1}, {tier: 2}}, {{tier: 3}}, {{tier: 3}}, nil}[tier]
	case "circle":
		if tier == 0 {
			return []target{{tier: 1}}
		}
		return []target{{tier: 0, leaf: true}}
	}
	panic(topology)
}

func tiersOf(topology string) int {
	return map[string]int{"chain2": 2, "chain3": 3, "twice": 2, "up2": 3, "diamond": 4, "circle": 2}[topology]
}

func class(method string) byte { return method[0] }

func drawsFirst(c byte) bool { return c != 'D' && c != 'M' }

func drawsLast(c byte) bool { return c != 'D' && c != 'N' }

// footprint is what analysis would say of the tier's slivers.
func (w *world) footprint(tier, replica int) func(method, from, technique string) Footprint {
	return func(method, from, technique string) Footprint {
		c, k := class(method), method[1:2]
		first, last := drawsFirst(c), drawsLast(c)
		if technique == "full" && (first || last) && w.cfg.plant != "full-no-wait" {
			return Footprint{Full: []string{"*"}, Contaminated: []string{"*"}}
		}
		if w.cfg.plant == "waits-differ" && replica == 2 { // one replica waits as if all were whole copies
			return Footprint{Full: []string{"*"}, Contaminated: []string{"*"}}
		}
		begins, ends := from == "", from != "" || len(calls(w.cfg.topology, tier, method)) == 0 || c == 'Y'
		var f Footprint
		if begins {
			f.Full = append(f.Full, "cnt", "d", "v"+k, "x"+k, "m"+k, "o"+k)
			if first {
				f.Contaminated = append(f.Contaminated, "v"+k, "m"+k, "o"+k, "x"+k)
			}
			if first && w.cfg.locRead && w.cfg.plant != "loose-footprint" {
				f.Contaminated = append(f.Contaminated, "d")
			}
		} else {
			f.Full = append(f.Full, "sc"+k)
			if first {
				f.Contaminated = append(f.Contaminated, "sc"+k)
			}
		}
		if ends {
			f.Full = append(f.Full, "cnt2", "d", "w"+k)
			if c == 'Y' && begins {
				f.Contaminated = append(f.Contaminated, "cnt2")
			}
			if last || begins && first {
				f.Contaminated = append(f.Contaminated, "w"+k)
			}
		}
		return f
	}
}
