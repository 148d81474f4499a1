package deliver

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

// Overlay is how the go command is told of the edits: its own flags and arguments follow Flags.
type Overlay struct {
	Dir   string
	Flags []string
	Env   []string // the whole environment
}

// Overlay puts the files (content by absolute name, edited or added) and the linked half into the cache. Without files the go command
// is left as it is.
func (s *Source) Overlay(files map[string][]byte) (*Overlay, error) {
	if len(files) == 0 {
		return s.original(), nil
	}
	backing := map[string][]byte{} // by name in the cache folder
	names := map[string]string{}   // name in the cache folder by the name that it stands for
	for i, name := range slices.Sorted(maps.Keys(files)) {
		inCache := strconv.Itoa(i) + "/" + filepath.Base(name)
		backing[inCache], names[name] = files[name], inCache
	}
	if !s.inTree() {
		if err := s.addWorkspace(backing); err != nil {
			return nil, err
		}
	}
	list, err := json.Marshal(names) // so that equal content for other files is another folder
	if err != nil {
		return nil, fmt.Errorf("encode overlay: %w", err)
	}
	backing["names.json"] = list
	dir := filepath.Join(s.cfg.Cache, "build", contentName(backing))
	for name, inCache := range names {
		names[name] = filepath.Join(dir, filepath.FromSlash(inCache))
	}
	if backing["overlay.json"], err = json.Marshal(map[string]any{"Replace": names}); err != nil {
		return nil, fmt.Errorf("encode overlay: %w", err)
	}
	if err := store(dir, backing); err != nil {
		return nil, err
	}
	return s.overlay(dir), s.seedSum(dir)
}

// seedSum begins the go.work.sum in dir with that of the user's workspace. The go command adds to it, so it is not part of what is
// stored.
func (s *Source) seedSum(dir string) error {
	sum, err := s.workspaceSum()
	if err != nil || sum == nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(dir, "go.work.sum"), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("write go.work.sum: %w", err)
	}
	_, err = f.Write(sum)
	return errors.Join(err, f.Close())
}

// addWorkspace adds a go.work to the files, and puts the linked half that it uses into the cache.
func (s *Source) addWorkspace(files map[string][]byte) error {
	linked := filepath.Join(s.cfg.Cache, "linked", contentName(s.cfg.Linked))
	if err := store(linked, s.cfg.Linked); err != nil {
		return fmt.Errorf("materialise the linked half: %w", err)
	}
	work, err := s.workspace(linked, func(dir string) string { return dir })
	if err != nil {
		return err
	}
	files["go.work"] = work
	return nil
}

// original is how the go command sees the source itself. PWD counts: behind a link, names of files differ without it.
func (s *Source) original() *Overlay {
	return &Overlay{Dir: s.cfg.Dir, Env: append(slices.Clone(s.cfg.Env), "PWD="+s.cfg.Dir)}
}

// overlay is how the go command sees what dir holds.
func (s *Source) overlay(dir string) *Overlay {
	o := s.original()
	o.Flags = []string{"-overlay=" + filepath.Join(dir, "overlay.json")}
	if !s.inTree() {
		o.Flags = append(o.Flags, "-mod=readonly") // the only mode of a workspace; GOFLAGS may hold another
		o.Env = append(o.Env, "GOWORK="+filepath.Join(dir, "go.work"))
	}
	return o
}
