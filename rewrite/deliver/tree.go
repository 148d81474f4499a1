package deliver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// TreeConfig says what to write where.
type TreeConfig struct {
	Dir   string            // must not exist, be empty, or be a tree that nobody edited since; it is replaced at once or not at all
	Files map[string][]byte // content by absolute name in the input, edited or added

	// Flags and Patterns are those of go list, for resolving what the program needs; patterns are relative to Config.Dir.
	Flags, Patterns []string
}

// Rewritten reports whether the source is itself a tree that this package wrote. One that was edited since is an InputError: the edits
// belong in the original.
func (s *Source) Rewritten() (bool, error) {
	m, err := readManifest(s.root)
	if m == nil || err != nil {
		return false, err
	}
	name, err := m.edited(s.root, false)
	if err != nil {
		return false, err
	}
	if name != "" {
		return false, inputErrorf("%s was written by midas and edited since (%s): change the original and rewrite that", s.root, name)
	}
	return true, nil
}

// Tree writes the source with the edits to c.Dir and returns the versions that differ from the original build. Of a rewritten source it
// makes a copy.
func (s *Source) Tree(ctx context.Context, c TreeConfig) ([]Rise, error) {
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return nil, fmt.Errorf("find folder %s: %w", c.Dir, err)
	}
	if err := s.checkTarget(dir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return nil, fmt.Errorf("make folder for the tree: %w", err)
	}
	temp, err := os.MkdirTemp(filepath.Dir(dir), "."+filepath.Base(dir)+"-*")
	if err != nil {
		return nil, fmt.Errorf("make folder for the tree: %w", err)
	}
	defer os.RemoveAll(temp)
	rises, err := s.fill(ctx, temp, c)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(temp, 0o755); err != nil {
		return nil, fmt.Errorf("place tree: %w", err)
	}
	return rises, replaceFolder(dir, temp)
}

// checkTarget refuses a folder whose loss would hurt.
func (s *Source) checkTarget(dir string) error {
	if rel, err := filepath.Rel(dir, s.root); err == nil && filepath.IsLocal(rel) {
		return inputErrorf("output folder %s is the source or holds it: choose another", dir)
	}
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return inputErrorf("output folder %s: %v", dir, err)
	}
	m, err := readManifest(dir)
	if err != nil {
		return err
	}
	if m == nil {
		return inputErrorf("output folder %s is not empty and was not written by midas: choose another", dir)
	}
	name, err := m.edited(dir, true)
	if err != nil {
		return err
	}
	if name != "" {
		return inputErrorf("output folder %s holds a file that midas did not write like this (%s): remove it or choose another", dir, name)
	}
	return nil
}

// fill writes the whole tree into the empty folder temp.
func (s *Source) fill(ctx context.Context, temp string, c TreeConfig) ([]Rise, error) {
	if rewritten, err := s.Rewritten(); err != nil || rewritten {
		return nil, errors.Join(err, os.CopyFS(temp, os.DirFS(s.root)))
	}
	l, err := s.layout(len(c.Files) > 0)
	if err != nil {
		return nil, err
	}
	if err := s.copyModules(ctx, l, temp, c.Flags); err != nil {
		return nil, fmt.Errorf("copy source: %w", err)
	}
	for name, data := range c.Files {
		to, err := l.file(name)
		if err != nil {
			return nil, err
		}
		if err := writeFile(filepath.Join(temp, filepath.FromSlash(to)), data, 0o644); err != nil {
			return nil, fmt.Errorf("write edited file: %w", err)
		}
	}
	if err := s.writeWorkspace(l, temp); err != nil {
		return nil, err
	}
	rises, err := s.resolve(ctx, l, temp, c)
	if err != nil {
		return nil, err
	}
	m, err := scan(temp)
	if err != nil {
		return nil, fmt.Errorf("list tree: %w", err)
	}
	return rises, m.write(temp)
}

// writeWorkspace adds go.work and the linked half.
func (s *Source) writeWorkspace(l *layout, temp string) error {
	linked := ""
	if l.linked != "" {
		linked = "./" + l.linked
		if err := writeFiles(filepath.Join(temp, l.linked), s.cfg.Linked); err != nil {
			return fmt.Errorf("write the linked half: %w", err)
		}
	}
	work, err := s.workspace(linked, func(dir string) string {
		to, _ := l.place(dir) // every folder that a workspace names was placed
		if to == "." {
			return to
		}
		return "./" + to
	})
	if err != nil {
		return err
	}
	sum, err := s.workspaceSum()
	if err != nil {
		return fmt.Errorf("read workspace: %w", err)
	}
	files := map[string][]byte{"go.work": work}
	if sum != nil {
		files["go.work.sum"] = sum
	}
	return writeFiles(temp, files)
}

// resolve has the go command find every dependency from inside the tree, which completes go.work.sum.
func (s *Source) resolve(ctx context.Context, l *layout, temp string, c TreeConfig) ([]Rise, error) {
	if len(c.Files) == 0 {
		return nil, nil // nothing has joined
	}
	dir := "." // the root of a workspace may be in no module
	if s.cfg.Dir != s.root {
		var err error
		if dir, err = l.file(s.cfg.Dir); err != nil {
			return nil, err
		}
	}
	env := slices.DeleteFunc(slices.Clone(s.cfg.Env), func(kv string) bool { return strings.HasPrefix(kv, "GOWORK=") })
	tree := &Overlay{Dir: filepath.Join(temp, filepath.FromSlash(dir)), Flags: []string{"-mod=readonly"}, Env: env}
	return s.Rises(ctx, tree, c.Flags, c.Patterns)
}

// replaceFolder puts temp in the place of dir, which may exist. At no time is dir half of either.
func replaceFolder(dir, temp string) error {
	old := temp + ".old"
	err := os.Rename(dir, old)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("place tree: %w", err)
	}
	if err := os.Rename(temp, dir); err != nil {
		return fmt.Errorf("place tree: %w", errors.Join(err, os.Rename(old, dir)))
	}
	if err := os.RemoveAll(old); err != nil {
		return fmt.Errorf("remove previous tree: %w", err)
	}
	return nil
}
