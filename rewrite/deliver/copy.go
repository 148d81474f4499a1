package deliver

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// copyModules copies every module of the layout to its place below temp.
func (s *Source) copyModules(ctx context.Context, l *layout, temp string, flags []string) error {
	for _, p := range l.modules {
		if err := copyModule(p.dir, filepath.Join(temp, filepath.FromSlash(p.to))); err != nil {
			return err
		}
	}
	embedded, err := s.embeds(ctx, flags)
	if err != nil {
		return err
	}
	for _, name := range embedded {
		to, err := l.file(name)
		if err != nil {
			continue // of the standard library or of a dependency
		}
		if err := copyFile(name, filepath.Join(temp, filepath.FromSlash(to))); err != nil {
			return err
		}
	}
	return nil
}

// sources are the extensions of the files that the go command reads: Go, assembly, and what cgo and SWIG take.
var sources = []string{
	".go", ".mod", ".sum", ".s", ".S", ".sx", ".c", ".cc", ".cpp", ".cxx", ".m", ".h", ".hh", ".hpp", ".hxx", ".f", ".F", ".for", ".f90",
	".swig", ".swigcxx", ".syso", ".a", ".pc",
}

// copyModule copies the files that the go command reads, embedded ones aside: no hidden file, no data that happens to lie there, no testdata,
// no vendor folder and no nested module.
func copyModule(dir, to string) error {
	return filepath.WalkDir(throughLink(dir), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if rel != "." && (rel == "vendor" || hidden(d.Name()) || d.Name() == "testdata" || exists(path, "go.mod") || exists(path, manifestName)) {
				return fs.SkipDir
			}
			return nil
		}
		if hidden(d.Name()) || rel == "go.work.sum" || !slices.Contains(sources, filepath.Ext(path)) {
			return nil
		}
		return copyFile(path, filepath.Join(to, rel))
	})
}

// throughLink is dir so that a walk enters it even if it is a link.
func throughLink(dir string) string { return dir + string(filepath.Separator) }

func hidden(name string) bool { return strings.HasPrefix(name, ".") }

func exists(dir, name string) bool {
	_, err := os.Lstat(filepath.Join(dir, name))
	return err == nil
}

// copyFile copies a regular file, or the one that a link leads to. Anything else, a dangling link or a socket, is no source and is left
// out, as the go command leaves it out.
func copyFile(from, to string) error {
	info, err := os.Stat(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil || !info.Mode().IsRegular() {
		return err
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return writeFile(to, data, info.Mode().Perm()|0o600)
}

// embeds lists the files that packages of the modules, or their tests, embed, absolute.
func (s *Source) embeds(ctx context.Context, flags []string) ([]string, error) {
	args := append([]string{"list", "-e", "-deps", "-json=Dir,EmbedFiles,TestEmbedFiles,XTestEmbedFiles"}, flags...)
	for _, m := range s.mains {
		args = append(args, m.Dir+"/...")
	}
	packages, err := goJSON[struct {
		Dir                                         string
		EmbedFiles, TestEmbedFiles, XTestEmbedFiles []string
	}](ctx, s.cfg.Dir, s.cfg.Env, args...)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, p := range packages {
		for _, f := range slices.Concat(p.EmbedFiles, p.TestEmbedFiles, p.XTestEmbedFiles) {
			names = append(names, filepath.Join(p.Dir, filepath.FromSlash(f)))
		}
	}
	return names, nil
}
