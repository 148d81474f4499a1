package analysis

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// reasons are the package's errors, those of imports that could not be found first: the type checker only says that an import failed.
func reasons(p *packages.Package) []packages.Error {
	var out []packages.Error
	for _, path := range slices.Sorted(maps.Keys(p.Imports)) {
		for _, e := range p.Imports[path].Errors {
			if e.Kind == packages.ListError {
				out = append(out, e)
			}
		}
	}
	return append(out, p.Errors...)
}

// oneLine is the message's first line, with the next one where that only announces it.
func oneLine(msg string) string {
	first, rest, _ := strings.Cut(strings.TrimSpace(msg), "\n")
	if strings.HasSuffix(first, ":") {
		second, _, _ := strings.Cut(strings.TrimSpace(rest), "\n")
		first = strings.TrimSuffix(strings.TrimSpace(first+" "+second), ":")
	}
	return first
}

// listing is the go command's own complaint, without what the library that ran it puts before it.
func listing(err error) error {
	_, said, ok := strings.Cut(err.Error(), "stderr: ")
	if !ok || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return errors.New(oneLine(said))
}

// excluded are the Go files of the analysed packages that build constraints leave out, sorted.
func (w *world) excluded() []string {
	var out []string
	for _, pkg := range w.pkgs {
		for _, name := range pkg.IgnoredFiles {
			if strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
				out = append(out, w.relativeFile(name))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// relativeFile is the file's name relative to the analysed folder where it lies inside.
func (w *world) relativeFile(name string) string {
	if rel, err := filepath.Rel(w.dir, name); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return name
}
