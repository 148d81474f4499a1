package topology

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Load reads and parses a topology file. Errors are one line and name the file.
func Load(path string) (*Topology, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read topology: %w", err)
	}
	t, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("topology %s: %w", path, err)
	}
	return t, nil
}

// Parse decodes YAML, fills in defaults and validates. Fields that are not known are errors.
func Parse(data []byte) (*Topology, error) {
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	t := new(Topology)
	if err := d.Decode(t); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("empty document")
		}
		return nil, errors.New(oneLine(err))
	}
	if err := d.Decode(new(Topology)); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one document")
	}
	t.setDefaults()
	return t, t.Validate()
}

func (t *Topology) setDefaults() {
	t.setDefaultsFrom(Replication{Style: "leader", Technique: "reexecute", Commit: "safe", Reads: "index"})
	setDefault(&t.Log, "disk")
	for _, tier := range t.Tiers {
		if tier != nil {
			tier.setDefaultsFrom(t.Replication)
		}
	}
}

func (r *Replication) setDefaultsFrom(d Replication) {
	setDefault(&r.Style, d.Style)
	setDefault(&r.Technique, d.Technique)
	setDefault(&r.Commit, d.Commit)
	setDefault(&r.Reads, d.Reads)
	r.Lease = cmp.Or(r.Lease, d.Lease)
	r.Lanes = cmp.Or(r.Lanes, d.Lanes)
	r.Clients = cmp.Or(r.Clients, d.Clients)
}

func setDefault(s *string, value string) {
	if *s == "" {
		*s = value
	}
}

// oneLine folds the lines of a yaml error, which lists one fault a line.
func oneLine(err error) string {
	lines := strings.Split(strings.TrimPrefix(err.Error(), "yaml: "), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimSpace(l)
	}
	if len(lines) > 1 && strings.HasSuffix(lines[0], ":") {
		return lines[0] + " " + strings.Join(lines[1:], "; ")
	}
	return strings.Join(lines, "; ")
}
