package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
)

// Baseline is the findings that were there before. They are named without their places, so that edits elsewhere leave it valid.
type Baseline struct{ held map[string]bool }

// baselineFile is the small form of a baseline.
type baselineFile struct {
	Version int      `json:"version"`
	Held    []string `json:"held"`
}

// ReadBaseline reads what WriteBaseline wrote, or a whole report.
func ReadBaseline(r io.Reader) (*Baseline, error) {
	var doc struct {
		Report
		Held []string `json:"held"`
	}
	if err := json.NewDecoder(r).Decode(&doc); err != nil {
		return nil, fmt.Errorf("read baseline: %w", err)
	}
	if doc.Version != Version {
		return nil, fmt.Errorf("read baseline: version %d, want %d", doc.Version, Version)
	}
	if doc.Held == nil && doc.Sources == nil {
		return nil, errors.New("read baseline: neither a report nor a list of what is held")
	}
	b := &Baseline{held: map[string]bool{}}
	for _, key := range slices.Concat(doc.Held, doc.findings()) {
		b.held[key] = true
	}
	return b, nil
}

// WriteBaseline writes a baseline of the report's findings. What is suppressed stays out: it has a reason of its own.
func WriteBaseline(w io.Writer, r *Report) error {
	held := r.findings()
	slices.Sort(held)
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(baselineFile{Version, held}); err != nil {
		return fmt.Errorf("write baseline: %w", err)
	}
	return nil
}

// Mark notes which findings of the report the baseline has.
func (b *Baseline) Mark(r *Report) {
	for i, s := range r.Sources {
		r.Sources[i].Held = s.Class == FirstHand && b.held[s.ID]
	}
	for i, key := range r.UnknownKeys() {
		r.Unknown[i].Held = b.held[key]
	}
	for i, key := range r.ProblemKeys() {
		r.Problems[i].Held = b.held[key]
	}
}

// findings are the keys of first-hand sources, unknowns and problems that are not suppressed.
func (r *Report) findings() []string {
	out := []string{}
	for _, s := range r.Sources {
		if s.Class == FirstHand && s.Ignored == "" {
			out = append(out, s.ID)
		}
	}
	for i, key := range r.UnknownKeys() {
		if r.Unknown[i].Ignored == "" {
			out = append(out, key)
		}
	}
	return append(out, r.ProblemKeys()...)
}

// UnknownKeys name the unknowns one by one, without their places.
func (r *Report) UnknownKeys() []string {
	k := numbering{}
	var out []string
	for _, u := range r.Unknown {
		out = append(out, k.key(u.Function, UnknownKind, u.Reason))
	}
	return out
}

// ProblemKeys name the problems one by one, without their places.
func (r *Report) ProblemKeys() []string {
	k := numbering{}
	var out []string
	for _, p := range r.Problems {
		out = append(out, k.key(p.Entry, "problem", p.Reason))
	}
	return out
}

// numbering tells equal findings of one function apart by their order.
type numbering map[string]int

var lineNumber = regexp.MustCompile(`\bline [0-9]+`)

func (n numbering) key(function, kind, reason string) string {
	base := fmt.Sprintf("%s %s %s", function, kind, lineNumber.ReplaceAllString(reason, "line"))
	n[base]++
	return fmt.Sprintf("%s %d", base, n[base])
}
