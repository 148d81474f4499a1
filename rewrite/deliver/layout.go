package deliver

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
)

// layout says where in a tree each folder of the input goes.
type layout struct {
	modules []placement
	linked  string // slash-separated path of the linked half, "" if it does not join
}

// placement is one module folder that is copied: a main module, or the target of a replace directive.
type placement struct {
	dir string // absolute, in the input
	to  string // slash-separated, in the tree
}

// layout keeps what is below the source's root where it is and puts modules from elsewhere below a folder of their own. Only edited files
// need the linked half.
func (s *Source) layout(edited bool) (*layout, error) {
	l := &layout{}
	elsewhere := s.free("_modules")
	add := func(dir, modulePath string) {
		to := path.Join(elsewhere, modulePath)
		if rel, err := filepath.Rel(s.root, dir); err == nil && filepath.IsLocal(rel) {
			to = filepath.ToSlash(rel)
		}
		if _, placed := l.place(dir); !placed {
			l.modules = append(l.modules, placement{dir, to})
		}
	}
	for _, m := range s.mains {
		add(m.Dir, m.Path)
	}
	for _, r := range s.replaced() {
		if info, err := os.Stat(r.Dir); err != nil || !info.IsDir() {
			return nil, inputErrorf("replacement of %s: %s is not a folder", r.Path, r.Dir)
		}
		add(r.Dir, path.Join(r.Path, r.Version))
	}
	if edited && !s.inTree() {
		l.linked = s.free("midas")
	}
	return l, nil
}

// free is name, or name with underscores, so that nothing at the root of the input has it.
func (s *Source) free(name string) string {
	for {
		if _, err := os.Lstat(filepath.Join(s.root, name)); err != nil {
			return name
		}
		name += "_"
	}
}

// place finds a module's folder in the tree.
func (l *layout) place(dir string) (to string, ok bool) {
	for _, p := range l.modules {
		if p.dir == dir {
			return p.to, true
		}
	}
	return "", false
}

// file finds a file or folder of the input in the tree. The innermost module that holds it decides.
func (l *layout) file(name string) (to string, err error) {
	best := placement{}
	for _, p := range l.modules {
		rel, err := filepath.Rel(p.dir, name)
		if err == nil && filepath.IsLocal(rel) && len(p.dir) > len(best.dir) {
			best = placement{p.dir, path.Join(p.to, filepath.ToSlash(rel))}
		}
	}
	if best.dir == "" {
		return "", fmt.Errorf("%s is in no module that is delivered", name)
	}
	return best.to, nil
}
