package suppress

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/midas-tiers/midas/analysis/report"
)

// FileName is looked for at the root of the analysed module.
const FileName = "midas.yaml"

// Declarations are those of one file.
type Declarations struct {
	dir  string // absolute; globs are relative to it
	list []Declaration
}

// Declaration silences findings by function, kind and file.
type Declaration struct {
	rule
	function *regexp.Regexp // nil is any
	file     *regexp.Regexp // nil is any
}

func (d *Declaration) fits(function, file string) bool {
	return (d.function == nil || d.function.MatchString(function)) && (d.file == nil || d.file.MatchString(file))
}

// document is the file as it is written.
type document struct {
	Ignore []entry `yaml:"ignore"`
}

type entry struct {
	Function string `yaml:"function"`
	Kind     string `yaml:"kind"`
	File     string `yaml:"file"`
	Reason   string `yaml:"reason"`
	Until    string `yaml:"until"`
}

// Find looks for the file at the root of the module that holds dir. Without one the result is "".
func Find(dir string) string {
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			name := filepath.Join(dir, FileName)
			if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
				return ""
			}
			return name
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}

// Load reads a file of declarations. Errors are one line with file and line number.
func Load(name string) (*Declarations, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read declarations: %w", err)
	}
	abs, err := filepath.Abs(name)
	if err != nil {
		return nil, fmt.Errorf("resolve %s: %w", name, err)
	}
	var doc document
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("declarations %s: %s", name, strings.Join(strings.Fields(err.Error()), " "))
	}
	lines := entryLines(data)
	out := &Declarations{dir: filepath.Dir(abs)}
	for i, e := range doc.Ignore {
		decl, err := e.declaration()
		if err != nil {
			return nil, fmt.Errorf("declarations %s:%d: %w", name, lines[i], err)
		}
		decl.Pos = report.Position{File: abs, Line: lines[i], Column: 1}
		out.list = append(out.list, decl)
	}
	return out, nil
}

func (e entry) declaration() (Declaration, error) {
	var d Declaration
	d.Reason = strings.TrimSpace(e.Reason)
	if e.Kind != "" {
		kind, n := leadingKind(strings.Fields(e.Kind))
		if n != len(strings.Fields(e.Kind)) {
			return d, errors.New(unknownKind(e.Kind))
		}
		d.Kind = kind
	}
	switch {
	case d.Reason == "":
		return d, errors.New("no reason")
	case e.Function == "" && e.File == "" && e.Kind == "":
		return d, errors.New("nothing is named: give function, kind or file")
	}
	if fault := d.expires(e.Until); fault != "" {
		return d, errors.New(fault)
	}
	if e.Function != "" {
		re, err := regexp.Compile(e.Function)
		if err != nil {
			return d, fmt.Errorf("function: %w", err)
		}
		d.function = re
	}
	if e.File != "" {
		d.file = glob(e.File)
	}
	return d, nil
}

// entryLines are the lines on which the entries of "ignore" begin.
func entryLines(data []byte) []int {
	var doc struct {
		Ignore []yaml.Node `yaml:"ignore"`
	}
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil // it was decoded before
	}
	var out []int
	for _, n := range doc.Ignore {
		out = append(out, n.Line)
	}
	return out
}

// glob compiles a pattern of file names: * and ? stay within a folder, ** does not.
func glob(pattern string) *regexp.Regexp {
	expr := regexp.QuoteMeta(pattern)
	expr = strings.NewReplacer(`\*\*/`, `(?:.*/)?`, `\*\*`, `.*`, `\*`, `[^/]*`, `\?`, `[^/]`).Replace(expr)
	return regexp.MustCompile("^" + expr + "$")
}
