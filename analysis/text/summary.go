package text

import "fmt"

// summary says what was found and in how much.
func (p *printer) summary() {
	s, t := p.r.Stats, p.r.Tally()
	out := fmt.Sprintf("%s, %s, %s", count(t.FirstHand, "first-hand source"), count(t.Unknown, "unknown"), count(t.Problems, "problem"))
	for _, more := range []struct {
		n    int
		what string
	}{{t.Ignored, "suppressed"}, {t.Held, "in the baseline"}} {
		if more.n > 0 {
			out += fmt.Sprintf(", %d %s", more.n, more.what)
		}
	}
	out += fmt.Sprintf("; %s", count(s.Superficial, "superficial source"))
	if s.Superficial > 0 && !p.o.Verbose {
		out += " (-show verbose lists them)"
	}
	p.heading("%s.", out)
	p.line(0, "%s", p.scope())
}

// scope is the closing line.
func (p *printer) scope() string {
	s := p.r.Stats
	size := fmt.Sprintf("%s, %s, %s", count(s.Packages, "package"), count(s.Functions, "function"), count(s.Lines, "line"))
	if s.Packages == 0 {
		return fmt.Sprintf("Nothing was analysed (profile %s).", p.r.Profile)
	}
	if n := len(p.r.Excluded); n > 0 {
		size += fmt.Sprintf(" (%s excluded by build constraints)", count(n, "file"))
	}
	if s.Entries == 0 {
		return fmt.Sprintf("No entry was found in %s: nothing was analysed (profile %s).", size, p.r.Profile)
	}
	entries := count(s.Entries, "entry")
	if p.r.Profile == "grpc" {
		entries = fmt.Sprintf("%s, %s", count(s.Services, "service"), count(s.Entries, "handler"))
	}
	took := ""
	if s.Seconds > 0 {
		took = fmt.Sprintf(" in %.2f s", s.Seconds)
	}
	return fmt.Sprintf("Analysed %s, %s%s (profile %s).", entries, size, took, p.r.Profile)
}
