package deliver

import (
	"cmp"
	"errors"
	"fmt"
	"go/version"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/mod/modfile"
)

// replacement is a replace directive whose target is a folder.
type replacement struct {
	Path, Version string // of the module that is replaced; Version "" means all
	Dir           string // absolute
}

// workspace is a go.work with the main modules and the linked half in linked ("" for none). place says where a folder of the input is
// found from the new go.work.
func (s *Source) workspace(linked string, place func(dir string) string) ([]byte, error) {
	w := &modfile.WorkFile{Syntax: &modfile.FileSyntax{}}
	goVersion, err := s.goVersion(linked != "")
	if err != nil {
		return nil, err
	}
	if err := w.AddGoStmt(goVersion); err != nil {
		return nil, fmt.Errorf("compose go.work: %w", err)
	}
	if t := s.toolchain(); t != "" {
		if err := w.AddToolchainStmt(t); err != nil {
			return nil, fmt.Errorf("compose go.work: %w", err)
		}
	}
	for _, d := range s.godebug(goVersion) {
		if err := w.AddGodebug(d.Key, d.Value); err != nil {
			return nil, fmt.Errorf("compose go.work: %w", err)
		}
	}
	for _, m := range s.mains {
		w.AddNewUse(place(m.Dir), "")
	}
	if linked != "" {
		w.AddNewUse(linked, "")
	}
	if err := s.addReplaces(w, place); err != nil {
		return nil, fmt.Errorf("compose go.work: %w", err)
	}
	w.Cleanup()
	return modfile.Format(w.Syntax), nil
}

// addReplaces repeats the replace directives, because go.work overrides go.mod: a folder may have moved.
func (s *Source) addReplaces(w *modfile.WorkFile, place func(dir string) string) error {
	for _, r := range s.replaced() {
		if err := w.AddReplace(r.Path, r.Version, place(r.Dir), ""); err != nil {
			return err
		}
	}
	if s.work == nil {
		return nil
	}
	for _, r := range s.work.Replace {
		if r.New.Version == "" {
			continue // a folder, done above
		}
		if err := w.AddReplace(r.Old.Path, r.Old.Version, r.New.Path, r.New.Version); err != nil {
			return err
		}
	}
	return nil
}

// replaced lists the replace directives whose target is a folder, sorted. Those of go.work win, as they do for the go command.
func (s *Source) replaced() []replacement {
	type key struct{ path, version string }
	found := map[key]replacement{}
	add := func(base string, rs []*modfile.Replace) {
		for _, r := range rs {
			dir := r.New.Path
			if r.New.Version != "" || r.Old.Path == linkedPath {
				continue
			}
			if !filepath.IsAbs(dir) {
				dir = filepath.Join(base, dir)
			}
			found[key{r.Old.Path, r.Old.Version}] = replacement{r.Old.Path, r.Old.Version, dir}
		}
	}
	for _, m := range s.mains {
		add(m.Dir, m.file.Replace)
	}
	if s.work != nil {
		add(s.root, s.work.Replace)
	}
	list := make([]replacement, 0, len(found))
	for _, r := range found {
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b replacement) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Version, b.Version))
	})
	return list
}

// goVersion is the lowest go line that a workspace of the main modules, and of the linked half if it joins, may have.
func (s *Source) goVersion(withLinked bool) (string, error) {
	highest := "1.18" // the first Go with workspaces
	rise := func(v string) {
		if v != "" && version.Compare("go"+v, "go"+highest) > 0 {
			highest = v
		}
	}
	rise(s.ownGoVersion()) // no main module has a higher one
	if withLinked {
		linked, err := modfile.Parse("go.mod", s.cfg.Linked["go.mod"], nil)
		if err != nil {
			return "", fmt.Errorf("read go.mod of the linked half: %w", err)
		}
		rise(linked.Go.Version)
	}
	return highest, nil
}

// ownGoVersion is the go line that governs the original build: that of go.work, else of the main module. A module without one is
// built as Go 1.16.
func (s *Source) ownGoVersion() string {
	switch {
	case s.work != nil && s.work.Go != nil:
		return s.work.Go.Version
	case s.work != nil:
		return "1.18"
	default:
		return cmp.Or(s.mains[0].GoVersion, "1.16")
	}
}

// toolchain is the toolchain line that governs the original build, or "".
func (s *Source) toolchain() string {
	line := s.mains[0].file.Toolchain
	if s.work != nil {
		line = s.work.Toolchain
	}
	if line == nil {
		return ""
	}
	return line.Name
}

// godebug is the set of GODEBUG defaults of the original build. They follow the go line, so they are pinned where goVersion is higher.
func (s *Source) godebug(goVersion string) []*modfile.Godebug {
	lines := s.mains[0].file.Godebug
	if s.work != nil {
		lines = s.work.Godebug
	}
	pinned := slices.ContainsFunc(lines, func(g *modfile.Godebug) bool { return g.Key == "default" })
	was, is := version.Lang("go"+s.ownGoVersion()), version.Lang("go"+goVersion)
	if pinned || was == is {
		return lines
	}
	return append([]*modfile.Godebug{{Key: "default", Value: was}}, lines...)
}

// workspaceSum is the content of the workspace's go.work.sum, or nil.
func (s *Source) workspaceSum() ([]byte, error) {
	if s.work == nil {
		return nil, nil
	}
	data, err := os.ReadFile(filepath.Join(s.root, "go.work.sum"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}
