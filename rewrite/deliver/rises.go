package deliver

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
)

// Rise is a module that the delivered build takes in a higher version than the original one.
type Rise struct{ Path, From, To string }

func (r Rise) String() string { return r.Path + " " + r.From + " => " + r.To }

// Rises lists the modules that provide packages to the patterns, in the original and in the delivered build, and whose version differs,
// sorted by path. flags are flags of go list, such as -tags. An error says that a dependency of the linked half cannot be had, for
// example without a network.
func (s *Source) Rises(ctx context.Context, o *Overlay, flags, patterns []string) ([]Rise, error) {
	before, err := versions(ctx, s.original(), flags, patterns)
	if err != nil {
		return nil, err
	}
	after, err := versions(ctx, o, flags, patterns)
	if err != nil {
		return nil, err
	}
	if !after.linked {
		return nil, fmt.Errorf("the go command does not see the rewritten files in %s", o.Dir)
	}
	var list []Rise
	for path, was := range before.selected {
		if is, ok := after.selected[path]; ok && is != was {
			list = append(list, Rise{path, was, is})
		}
	}
	slices.SortFunc(list, func(a, b Rise) int { return cmp.Compare(a.Path, b.Path) })
	for pkg, complaint := range after.missing {
		if _, already := before.missing[pkg]; !already {
			return nil, fmt.Errorf("resolve package %s, which the linked half needs: %s", pkg, complaint)
		}
	}
	return list, nil
}

// resolution is what go list finds behind packages.
type resolution struct {
	selected map[string]string // version by module path
	missing  map[string]string // complaint by import path, for packages that no module provides
	linked   bool              // the linked half is among the packages
}

// listed is one package as go list prints it.
type listed struct {
	ImportPath string
	Module     *struct{ Path, Version string }
	Error      *struct{ Err string }
}

func versions(ctx context.Context, o *Overlay, flags, patterns []string) (*resolution, error) {
	args := slices.Concat([]string{"list", "-e", "-deps", "-json=ImportPath,Module,Error"}, o.Flags, flags, []string{"--"}, patterns)
	packages, err := goJSON[listed](ctx, o.Dir, o.Env, args...)
	if err != nil {
		return nil, fmt.Errorf("resolve dependencies: %w", err)
	}
	r := &resolution{selected: map[string]string{}, missing: map[string]string{}}
	for _, p := range packages {
		r.linked = r.linked || p.ImportPath == linkedPath+"/runtime" || p.ImportPath == linkedPath+"/tiers"
		switch {
		case p.Module != nil && p.Module.Version != "":
			r.selected[p.Module.Path] = p.Module.Version
		case p.Module == nil && p.Error != nil:
			line, _, _ := strings.Cut(p.Error.Err, "\n")
			r.missing[p.ImportPath] = line
		}
	}
	return r, nil
}
