package report

// Open says that the source is a finding: first-hand, and neither suppressed nor in the baseline.
func (s Source) Open() bool { return s.Class == FirstHand && s.Ignored == "" && !s.Held }

// Open says that the unknown is a finding.
func (u Unknown) Open() bool { return u.Ignored == "" && !u.Held }

// Tally counts findings, and what is none for a reason of its own.
type Tally struct {
	FirstHand, Unknown, Problems int // findings
	Ignored, Held                int // suppressed, and in the baseline
}

// Tally counts the report's findings.
func (r *Report) Tally() Tally {
	var t Tally
	add := func(n *int, ignored, held bool) {
		switch {
		case ignored:
			t.Ignored++
		case held:
			t.Held++
		default:
			*n++
		}
	}
	for _, s := range r.Sources {
		if s.Class == FirstHand {
			add(&t.FirstHand, s.Ignored != "", s.Held)
		}
	}
	for _, u := range r.Unknown {
		add(&t.Unknown, u.Ignored != "", u.Held)
	}
	for _, p := range r.Problems {
		add(&t.Problems, false, p.Held)
	}
	return t
}
