package demo

import (
	"slices"

	"github.com/midas-tiers/midas/compensate"
)

// Arm is a way to replicate that the demo tries.
type Arm struct {
	Style     string // "leader" or "active"; "" for vanilla, which has no styles
	Technique string
}

func (a Arm) String() string {
	if a.Style == "" {
		return a.Technique
	}
	return a.Technique + ", " + a.Style
}

// Styles are the names of the styles.
var Styles = []string{"leader", "active"}

// Arms are the combinations of techniques and styles that there are.
func Arms(techniques, styles []string) []Arm {
	var arms []Arm
	for _, t := range techniques {
		switch compensate.Technique(t) {
		case compensate.Vanilla:
			arms = append(arms, Arm{Technique: t})
			continue
		case compensate.Transparent:
			if slices.Contains(styles, "leader") {
				arms = append(arms, Arm{"leader", t})
			}
			continue
		}
		for _, s := range styles {
			arms = append(arms, Arm{s, t})
		}
	}
	return arms
}
