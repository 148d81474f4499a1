package deliver

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/goproxytest"
	"golang.org/x/tools/txtar"
)

// program is one file of testdata/program, written to disk.
type program struct {
	dir   string // where the go command runs
	root  string // where the archive was written
	files map[string][]byte
	want  string
	rises string
}

// hermetic makes the go command of this test read modules from testdata/proxy only, into a cache of its own.
func hermetic(t *testing.T) {
	t.Helper()
	proxy := goproxytest.NewTestServer(t, filepath.Join("testdata", "proxy"), "")
	t.Setenv("GOPROXY", proxy.URL)
	t.Setenv("GOMODCACHE", t.TempDir())
	t.Setenv("GOFLAGS", "-modcacherw")
	t.Setenv("GONOSUMDB", "*")
	t.Setenv("GOWORK", "")
}

func loadProgram(t *testing.T, archive string) *program {
	t.Helper()
	a, err := txtar.ParseFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	p := &program{root: t.TempDir(), files: map[string][]byte{}}
	p.dir = p.root
	for _, f := range a.Files {
		switch edited, isEdit := strings.CutPrefix(f.Name, "edited/"); {
		case isEdit:
			p.files[filepath.Join(p.root, edited)] = f.Data
		case f.Name == "want":
			p.want = string(f.Data)
		case f.Name == "rises":
			p.rises = string(f.Data)
		case f.Name == "dir":
			p.dir = filepath.Join(p.root, strings.TrimSpace(string(f.Data)))
		default:
			write(t, filepath.Join(p.root, f.Name), f.Data)
		}
	}
	return p
}

// linkedFiles is the stand-in for the linked half.
func linkedFiles(t *testing.T) map[string][]byte {
	t.Helper()
	a, err := txtar.ParseFile(filepath.Join("testdata", "linked.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range a.Files {
		files[f.Name] = f.Data
	}
	return files
}

func (p *program) load(t *testing.T) *Source {
	t.Helper()
	s, err := Load(t.Context(), Config{Dir: p.dir, Cache: filepath.Join(t.TempDir(), "cache"), Linked: linkedFiles(t)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// programs runs f on every program of testdata/program and checks that it leaves the input as it was.
func programs(t *testing.T, f func(t *testing.T, p *program)) {
	hermetic(t)
	archives, err := filepath.Glob(filepath.Join("testdata", "program", "*.txtar"))
	if err != nil || len(archives) == 0 {
		t.Fatalf("no programs: %v", err)
	}
	for _, archive := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(archive), ".txtar"), func(t *testing.T) {
			p := loadProgram(t, archive)
			before := read(t, p.root)
			f(t, p)
			if diff := cmp.Diff(before, read(t, p.root)); diff != "" {
				t.Errorf("the input was changed (-before +after):\n%s", diff)
			}
		})
	}
}

func TestOverlay(t *testing.T) {
	programs(t, func(t *testing.T, p *program) {
		t.Setenv("GOFLAGS", "-modcacherw -mod=mod") // no mode of a workspace, yet users have it set
		p.runOverlay(t)
	})
}

// TestOverlayOfVendorMode: the other mode that is none of a workspace.
func TestOverlayOfVendorMode(t *testing.T) {
	hermetic(t)
	p := loadProgram(t, filepath.Join("testdata", "program", "vendored.txtar"))
	t.Setenv("GOFLAGS", "-modcacherw -mod=vendor")
	p.runOverlay(t)
	if notes := p.load(t).Notes(); len(notes) != 1 || !strings.Contains(notes[0], "vendor") {
		t.Errorf("notes %q do not say that the vendor folder is not used", notes)
	}
}

func (p *program) runOverlay(t *testing.T) {
	t.Helper()
	s := p.load(t)
	o, err := s.Overlay(p.files)
	if err != nil {
		t.Fatal(err)
	}
	out := goCommand(t, p.dir, o.Env, slices.Concat([]string{"run"}, o.Flags, []string{"."})...)
	if diff := cmp.Diff(p.want, out); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
	rises, err := s.Rises(t.Context(), o, nil, []string{"."})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p.rises, lines(rises)); diff != "" {
		t.Errorf("rises (-want +got):\n%s", diff)
	}
}

func TestTree(t *testing.T) {
	programs(t, func(t *testing.T, p *program) {
		s := p.load(t)
		out := filepath.Join(t.TempDir(), "out")
		rises, err := s.Tree(t.Context(), TreeConfig{Dir: out, Files: p.files, Patterns: []string{"."}})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(p.rises, lines(rises)); diff != "" {
			t.Errorf("rises (-want +got):\n%s", diff)
		}
		if _, err := os.Stat(filepath.Join(out, "vendor")); err == nil {
			t.Error("the tree has a vendor folder, which its workspace would not use")
		}
		rel, err := filepath.Rel(s.root, p.dir)
		if err != nil {
			t.Fatal(err)
		}
		t.Setenv("GOPROXY", "off") // everything is resolved
		got := goCommand(t, filepath.Join(out, rel), os.Environ(), "run", ".")
		if diff := cmp.Diff(p.want, got); diff != "" {
			t.Errorf("output (-want +got):\n%s", diff)
		}
	})
}

// TestNothingEdited: a program that needs no edit is delivered as it is, and without the linked half.
func TestNothingEdited(t *testing.T) {
	programs(t, func(t *testing.T, p *program) {
		s := p.load(t)
		out := filepath.Join(t.TempDir(), "out")
		if _, err := s.Tree(t.Context(), TreeConfig{Dir: out, Patterns: []string{"."}}); err != nil {
			t.Fatal(err)
		}
		o, err := s.Overlay(nil)
		if err != nil {
			t.Fatal(err)
		}
		rel, err := filepath.Rel(s.root, p.dir)
		if err != nil {
			t.Fatal(err)
		}
		original := goCommand(t, p.dir, os.Environ(), "run", ".")
		for what, got := range map[string]string{
			"overlay": goCommand(t, o.Dir, o.Env, slices.Concat([]string{"run"}, o.Flags, []string{"."})...),
			"tree":    goCommand(t, filepath.Join(out, rel), os.Environ(), "run", "."),
		} {
			if diff := cmp.Diff(original, got); diff != "" {
				t.Errorf("%s (-original +got):\n%s", what, diff)
			}
		}
	})
}

// TestTreeOfTree: the tree is recognised, and rewriting it makes an equal one.
func TestTreeOfTree(t *testing.T) {
	programs(t, func(t *testing.T, p *program) {
		first, second := filepath.Join(t.TempDir(), "first"), filepath.Join(t.TempDir(), "second")
		src := p.load(t)
		if is, err := src.Rewritten(); is || err != nil {
			t.Fatalf("the original counts as rewritten: %v, %v", is, err)
		}
		for range 2 { // the second time replaces the first
			if _, err := src.Tree(t.Context(), TreeConfig{Dir: first, Files: p.files, Patterns: []string{"."}}); err != nil {
				t.Fatal(err)
			}
		}
		rel, _ := filepath.Rel(src.root, p.dir)
		again := &program{dir: filepath.Join(first, rel)}
		s := again.load(t)
		if is, err := s.Rewritten(); !is || err != nil {
			t.Fatalf("the tree does not count as rewritten: %v, %v", is, err)
		}
		if _, err := s.Tree(t.Context(), TreeConfig{Dir: second}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(read(t, first), read(t, second)); diff != "" {
			t.Errorf("rewriting the tree changed it (-first +second):\n%s", diff)
		}
	})
}

func lines(rises []Rise) string {
	var b strings.Builder
	for _, r := range rises {
		b.WriteString(r.String() + "\n")
	}
	return b.String()
}

// read returns the content of every file below dir.
func read(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		files[strings.TrimPrefix(path, dir)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := writeFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// goCommand runs the go command and returns what it printed to standard output.
func goCommand(t *testing.T, dir string, env []string, args ...string) string {
	t.Helper()
	out, err := runGo(t.Context(), dir, env, args...)
	if err != nil {
		t.Fatalf("in %s: %v", dir, err)
	}
	return string(out)
}
