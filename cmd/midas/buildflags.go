package main

import (
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

// buildFlags are those flags of the go command that every command over packages has.
type buildFlags struct {
	dir  string
	tags string
}

func (f *buildFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&f.dir, "chdir", "C", "", "change to `folder` first")
	cmd.Flags().StringVar(&f.tags, "tags", "", "comma-separated `list` of build tags")
}

// flags are those for loading packages.
func (f *buildFlags) flags() []string {
	if f.tags == "" {
		return nil
	}
	return []string{"-tags=" + f.tags}
}

// path is a name given on the command line, seen from where the command was started.
func (f *buildFlags) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(f.dir, name)
}

// checkPatterns refuses files: a rewritten package has files that its source has not.
func checkPatterns(patterns []string) error {
	for _, p := range patterns {
		if strings.HasSuffix(p, ".go") {
			return usageErrorf("%s is a file: name its package instead, such as %q", p, ".")
		}
	}
	return nil
}
