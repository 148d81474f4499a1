package up

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/midas-tiers/midas/analysis/topology"
)

// Builder builds main packages with their nondeterminism recorded. outs maps each package, as the go command in the folder dir would
// name it, to the executable to write.
type Builder func(ctx context.Context, dir string, outs map[string]string) error

// binaries returns each tier's executable, after building those of tiers that name a package into the folder bin. Relative paths are
// relative to dir.
func (c Config) binaries(ctx context.Context, t *topology.Topology, dir, bin string) (map[string]string, error) {
	paths, outs := make(map[string]string), make(map[string]string)
	for _, name := range t.Names() {
		if only, _, _ := strings.Cut(c.Replace, "/"); c.Only && name != only {
			continue
		}
		if pkg := t.Tiers[name].Package; pkg != "" {
			if outs[pkg] == "" {
				outs[pkg] = filepath.Join(bin, name)
			}
			paths[name] = outs[pkg]
			continue
		}
		paths[name] = absolute(dir, t.Tiers[name].Binary)
		if err := executable(paths[name]); err != nil {
			return nil, fmt.Errorf("tier %s: %w", name, err)
		}
	}
	if len(outs) == 0 {
		return paths, nil
	}
	pkgs := slices.Sorted(maps.Keys(outs))
	fmt.Fprintf(c.Stderr, "midas: building %s\n", strings.Join(pkgs, ", "))
	if err := c.Build(ctx, dir, outs); err != nil {
		return nil, fmt.Errorf("build %s: %w", strings.Join(pkgs, ", "), err)
	}
	for _, pkg := range pkgs {
		if err := executable(outs[pkg]); err != nil { // go build makes an archive of what is no program, and nothing is wrong
			return nil, fmt.Errorf("build %s: it is not a main package", pkg)
		}
	}
	return paths, nil
}

func executable(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("no binary %s", path)
	case err != nil:
		return err
	case info.IsDir() || info.Mode()&0o111 == 0:
		return fmt.Errorf("binary %s is not executable", path)
	}
	return nil
}

func absolute(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}
