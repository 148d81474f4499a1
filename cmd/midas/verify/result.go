package verify

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Result of Run.
type Result struct {
	Version  int      `json:"version"`  // 1
	Packages []string `json:"packages"` // the programs
	Seed     uint64   `json:"seed"`
	Requests int      `json:"requests"`
	Methods  []Method `json:"methods"` // sorted by name
	Driven   int      `json:"driven"`
	Fields   []Field  `json:"fields"` // that diverged, sorted by name
	Missed   int      `json:"missed"`
	Unseen   []string `json:"unseen"` // fields that the report calls contaminated and that never diverged: no proof that they cannot
	Notes    []string `json:"notes"`  // what the result does not cover
}

// Method is what came of a method's requests.
type Method struct {
	Name   string `json:"name"`
	Sent   int    `json:"sent"`
	OK     int    `json:"ok"` // answered without an error
	Driven bool   `json:"driven"`
	Why    string `json:"why,omitempty"` // it was not driven, or what is odd about it
}

// Verdict on a field.
type Verdict string

// Verdicts.
const (
	IsKnown  Verdict = "known"
	IsMissed Verdict = "MISSED"
)

// Field is a field that diverged.
type Field struct {
	Field   string  `json:"field"`
	Verdict Verdict `json:"verdict"`
	Through string  `json:"through,omitempty"` // the field by which it is known, if that is another one on the way to it
	Method  string  `json:"method,omitempty"`  // of the request after which it differed first; "" if that is not known
	Request int     `json:"request"`           // its number, from 1; 0 before the first; -1 if it was seen only in a copy that was left to drift
	Path    string  `json:"path"`              // an example
	A       string  `json:"a"`                 // its values
	B       string  `json:"b"`
	Paths   int     `json:"paths"` // how often paths of the field differed
}

// WriteJSON writes the result as one document.
func (r *Result) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}

// WriteText writes the result for people; verbose adds what never diverged.
func (r *Result) WriteText(w io.Writer, verbose bool) error {
	var b strings.Builder
	for _, f := range r.Fields {
		f.write(&b)
	}
	for _, m := range r.Methods {
		switch {
		case !m.Driven:
			fmt.Fprintf(&b, "%s was not driven: %s\n", m.Name, m.Why)
		case m.Why != "":
			fmt.Fprintf(&b, "%s: %s\n", m.Name, m.Why)
		}
	}
	for _, n := range r.Notes {
		fmt.Fprintln(&b, n)
	}
	if verbose {
		for _, f := range r.Unseen {
			fmt.Fprintf(&b, "%s is contaminated, says the report, and never differed\n", f)
		}
	}
	fmt.Fprintf(&b, "%s, %d of %s driven, %s diverged, %d missed\n",
		plural(r.Requests, "request"), r.Driven, plural(len(r.Methods), "method"), plural(len(r.Fields), "field"), r.Missed)
	_, err := io.WriteString(w, b.String())
	return err
}

func (f Field) write(b *strings.Builder) {
	fmt.Fprintf(b, "%s: %s", f.Field, f.Verdict)
	if f.Through != "" {
		fmt.Fprintf(b, " through %s", f.Through)
	}
	fmt.Fprintf(b, "\n    %s: %s | %s\n", f.Path, short(f.A), short(f.B))
	switch {
	case f.Method != "":
		fmt.Fprintf(b, "    since request %d, %s\n", f.Request, f.Method)
	case f.Request == 0:
		fmt.Fprintf(b, "    before the first request\n")
	default:
		fmt.Fprintf(b, "    at the end, in a copy that was left to drift\n")
	}
}

// shown is how many bytes of a value text shows.
const shown = 60

func short(value string) string {
	if len(value) <= shown {
		return value
	}
	return strings.ToValidUTF8(value[:shown], "") + "..."
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
