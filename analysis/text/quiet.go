package text

import "github.com/midas-tiers/midas/analysis/report"

// quiet lists what is no finding, with the reason.
func (p *printer) quiet() {
	p.quietly("Suppressed", func(class report.Class, ignored string, held bool) bool {
		return class == report.FirstHand && ignored != ""
	})
	p.quietly("In the baseline", func(class report.Class, ignored string, held bool) bool {
		return class == report.FirstHand && ignored == "" && held
	})
	p.quietly("Superficial", func(class report.Class, ignored string, held bool) bool { return class == report.Superficial })
}

// quietly lists the sources and unknowns that the condition picks; an unknown counts as first-hand.
func (p *printer) quietly(title string, picks func(class report.Class, ignored string, held bool) bool) {
	first := true
	begin := func() {
		if first {
			p.heading("%s", title)
			first = false
		}
	}
	for _, s := range p.r.Sources {
		if !picks(s.Class, s.Ignored, s.Held) {
			continue
		}
		begin()
		p.line(2, "%s: %s at %s", Short(s.ID), Short(s.Symbol), s.Pos)
		p.reason(s.Ignored)
		for _, g := range groups(s) {
			p.line(4, "%s", p.sentence(g))
		}
	}
	for _, u := range p.r.Unknown {
		if picks(report.FirstHand, u.Ignored, u.Held) {
			begin()
			p.line(2, "%s in %s: %s", u.Pos, Short(u.Function), shorten(u.Reason))
			p.reason(u.Ignored)
		}
	}
}

func (p *printer) reason(ignored string) {
	if ignored != "" {
		p.line(4, "because: %s", ignored)
	}
}
