package deliver

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRefusedTargets: a folder whose loss would hurt stays as it is.
func TestRefusedTargets(t *testing.T) {
	hermetic(t)
	for name, c := range map[string]struct {
		prepare func(t *testing.T, p *program, out string) (target string)
		want    string
	}{
		"foreign": {func(t *testing.T, p *program, out string) string {
			write(t, filepath.Join(out, "notes.txt"), []byte("mine"))
			return out
		}, "not written by midas"},
		"edited since": {func(t *testing.T, p *program, out string) string {
			tree(t, p, out)
			write(t, filepath.Join(out, "main.go"), []byte("package main\n"))
			return out
		}, "(main.go)"},
		"added since": {func(t *testing.T, p *program, out string) string {
			tree(t, p, out)
			write(t, filepath.Join(out, "data", "precious"), []byte("mine"))
			return out
		}, "(data/precious)"},
		"the source": {func(t *testing.T, p *program, out string) string { return p.root }, "choose another"},
		"above the source": {func(t *testing.T, p *program, out string) string {
			return filepath.Dir(p.root)
		}, "choose another"},
		"a file": {func(t *testing.T, p *program, out string) string {
			write(t, out, []byte("mine"))
			return out
		}, "output folder"},
	} {
		t.Run(name, func(t *testing.T) {
			p := loadProgram(t, filepath.Join("testdata", "program", "old.txtar"))
			parent := t.TempDir()
			target := c.prepare(t, p, filepath.Join(parent, "out"))
			before := read(t, target)
			_, err := p.load(t).Tree(t.Context(), TreeConfig{Dir: target, Files: p.files, Patterns: []string{"."}})
			wantInputError(t, err, c.want)
			if after := read(t, target); len(after) != len(before) {
				t.Errorf("the refused folder went from %d to %d files", len(before), len(after))
			}
		})
	}
}

// TestFailureLeavesNothing: a dependency that cannot be had fails the tree as a whole.
func TestFailureLeavesNothing(t *testing.T) {
	hermetic(t)
	p := loadProgram(t, filepath.Join("testdata", "program", "old.txtar"))
	s := p.load(t)
	s.cfg.Linked["go.mod"] = []byte("module " + linkedPath + "\n\ngo 1.25.0\n\nrequire example.com/dep v1.2.0\n")
	parent := t.TempDir()
	_, err := s.Tree(t.Context(), TreeConfig{Dir: filepath.Join(parent, "out"), Files: p.files, Patterns: []string{"."}})
	if err == nil || !strings.Contains(err.Error(), "example.com/dep@v1.2.0") {
		t.Errorf("error %v does not name the dependency", err)
	}
	if left, _ := os.ReadDir(parent); len(left) != 0 {
		t.Errorf("%d files are left behind, such as %s", len(left), left[0].Name())
	}
}

// TestEditedTree: an edit in the output would be lost silently if it were taken for the source.
func TestEditedTree(t *testing.T) {
	hermetic(t)
	p := loadProgram(t, filepath.Join("testdata", "program", "old.txtar"))
	out := filepath.Join(t.TempDir(), "out")
	tree(t, p, out)
	write(t, filepath.Join(out, "more.go"), []byte("package main\n"))
	_, err := (&program{dir: out}).load(t).Rewritten()
	wantInputError(t, err, "more.go")
}

func TestOutsideModule(t *testing.T) {
	hermetic(t)
	for dir, want := range map[string]string{t.TempDir(): "no go.mod in", "/does/not/exist": "is not a folder"} {
		_, err := Load(t.Context(), Config{Dir: dir, Linked: linkedFiles(t)})
		wantInputError(t, err, want)
	}
	t.Setenv("GOWORK", "off")
	_, err := Load(t.Context(), Config{Dir: t.TempDir(), Linked: linkedFiles(t)})
	wantInputError(t, err, "no go.mod in")
	t.Setenv("GOFLAGS", "-modfile=other.mod")
	p := loadProgram(t, filepath.Join("testdata", "program", "old.txtar"))
	_, err = Load(t.Context(), Config{Dir: p.dir, Linked: linkedFiles(t)})
	wantInputError(t, err, "GOFLAGS: -modfile")
}

// TestDamagedCache: what a cleaner of temporary folders took comes back.
func TestDamagedCache(t *testing.T) {
	hermetic(t)
	p := loadProgram(t, filepath.Join("testdata", "program", "old.txtar"))
	s := p.load(t)
	if _, err := s.Overlay(p.files); err != nil {
		t.Fatal(err)
	}
	marks, err := filepath.Glob(filepath.Join(s.cfg.Cache, "linked", "*", "runtime", "mark.go"))
	if err != nil || len(marks) != 1 {
		t.Fatalf("the linked half is not in the cache once: %v, %v", marks, err)
	}
	if err := os.Remove(marks[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Overlay(p.files); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(marks[0]); err != nil {
		t.Error(err)
	}
}

func tree(t *testing.T, p *program, out string) {
	t.Helper()
	if _, err := p.load(t).Tree(t.Context(), TreeConfig{Dir: out, Files: p.files, Patterns: []string{"."}}); err != nil {
		t.Fatal(err)
	}
}

func wantInputError(t *testing.T, err error, part string) {
	t.Helper()
	var input *InputError
	if !errors.As(err, &input) || !strings.Contains(err.Error(), part) || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v, want an InputError of one line with %q", err, part)
	}
}

// TestUnseenEdits: a build without the edits would run unrecorded.
func TestUnseenEdits(t *testing.T) {
	hermetic(t)
	p := loadProgram(t, filepath.Join("testdata", "program", "old.txtar"))
	s := p.load(t)
	o, err := s.Overlay(p.files)
	if err != nil {
		t.Fatal(err)
	}
	o.Flags = o.Flags[1:] // -overlay
	if _, err := s.Rises(t.Context(), o, nil, []string{"."}); err == nil || !strings.Contains(err.Error(), "does not see") {
		t.Errorf("got %v, want an error: the go command does not see the edits", err)
	}
}
