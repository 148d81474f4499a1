package tiers

import (
	"strings"
	"testing"
)

func TestPlanOfUnknownMethod(t *testing.T) {
	p := Place{Tier: "a", Methods: map[string]Plan{"/a.A/Typo": {Style: "active"}}}
	err := p.checkMethods(map[string]*method{"/a.A/Type": {}})
	if err == nil || !strings.Contains(err.Error(), "/a.A/Typo") || !strings.Contains(err.Error(), "/a.A/Type") {
		t.Errorf("a method that nobody serves is answered with %v", err)
	}
}
