package report

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

//go:embed schema.json
var schema []byte

// Schema is the JSON Schema (draft 2020-12) of the document.
func Schema() []byte { return slices.Clone(schema) }

// Write writes the document as JSON, without the time that the run took, so that equal findings give equal bytes.
func Write(w io.Writer, r *Report) error {
	timeless := *r
	timeless.Stats.Seconds = 0
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(&timeless); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// Read reads what Write wrote. Fields that it does not know are passed over.
func Read(r io.Reader) (*Report, error) {
	var out Report
	if err := json.NewDecoder(r).Decode(&out); err != nil {
		return nil, fmt.Errorf("read report: %w", err)
	}
	if out.Version != Version {
		return nil, fmt.Errorf("read report: version %d, want %d", out.Version, Version)
	}
	if out.Sources == nil {
		return nil, errors.New("read report: it has no sources: not a report")
	}
	return &out, nil
}
