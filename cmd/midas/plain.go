package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/midas-tiers/midas/analysis/topology"
	"github.com/midas-tiers/midas/cmd/midas/compile"
	"github.com/midas-tiers/midas/cmd/midas/verify"
)

// plain builds what verify is to run, as it is written, into the folder scratch, and fills in what c says of it.
func (a *app) plain(ctx context.Context, f verifyFlags, args []string, scratch string, c *verify.Config) error {
	dir, err := f.stage(args, c)
	if err != nil {
		return err
	}
	if c.Dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	build := buildFlags{dir: c.Dir, tags: f.build.tags}
	var patterns []string
	c.Mains = make(map[string]string)
	for _, name := range c.Topology.Names() {
		pkg := c.Topology.Tiers[name].Package
		if c.Mains[name], err = a.mainPackage(ctx, build, pkg); err != nil {
			return err
		}
		patterns = append(patterns, pkg)
	}
	slices.Sort(patterns)
	cfg := compile.Config{
		Dir: build.dir, Env: a.env, Flags: build.flags(), Patterns: slices.Compact(patterns), Plain: true, AllowPartial: true, Log: a.streams.Err,
	}
	if f.topology != "" {
		cfg.Topology = c.Topology
	}
	p, err := compile.Prepare(ctx, cfg)
	if err != nil {
		return err
	}
	if p.Report() == nil {
		return usageErrorf("this program was written by midas rewrite: verify the source that it came from")
	}
	if p.Report().Stats.Entries == 0 {
		return usageErrorf("%s registers no gRPC service with a unary method", strings.Join(cfg.Patterns, ", "))
	}
	c.Known = verify.KnownBy(p.Report())
	return a.plainBinaries(ctx, p, cfg, c.Topology, scratch)
}

// stage fills in c's topology, and returns the folder that its names are relative to.
func (f *verifyFlags) stage(args []string, c *verify.Config) (dir string, err error) {
	if f.topology == "" {
		c.Topology = verify.Alone(args[0], args[1:])
		return f.build.path("."), nil
	}
	path := f.build.path(f.topology)
	if c.Topology, err = topology.Load(path); err != nil {
		return "", usageErrorf("%w", err)
	}
	for _, name := range c.Topology.Names() {
		if c.Topology.Tiers[name].Package == "" {
			return "", usageErrorf("topology %s: tier %s names a binary: verify needs a package", path, name)
		}
	}
	return filepath.Dir(path), nil
}

// plainBinaries builds each tier's program and names it in the topology.
func (a *app) plainBinaries(ctx context.Context, p *compile.Program, cfg compile.Config, t *topology.Topology, scratch string) error {
	built := make(map[string]string)
	for _, name := range t.Names() {
		tier := t.Tiers[name]
		if built[tier.Package] == "" {
			out := filepath.Join(scratch, name)
			cmd, err := p.GoCommand(ctx, "build", append(slices.Clone(cfg.Flags), "-o", out, tier.Package)...)
			if err != nil {
				return err
			}
			cmd.Stdout, cmd.Stderr = a.streams.Err, a.streams.Err
			if err := cmd.Run(); err != nil {
				return fmt.Errorf("go build %s: %w", tier.Package, err)
			}
			built[tier.Package] = out
		}
		tier.Binary = built[tier.Package]
	}
	return nil
}

// mainPackage is the import path of the one main package that the pattern names.
func (a *app) mainPackage(ctx context.Context, f buildFlags, pattern string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", append(append([]string{"list", "-f", "{{.Name}} {{.ImportPath}}"}, f.flags()...), "--", pattern)...)
	cmd.Dir, cmd.Env = f.dir, a.env
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	listed, err := cmd.Output()
	if err != nil {
		first, _, _ := strings.Cut(cmp.Or(strings.TrimSpace(stderr.String()), err.Error()), "\n")
		return "", usageErrorf("go list %s: %s", pattern, first)
	}
	lines := strings.Split(strings.TrimSpace(string(listed)), "\n")
	if len(lines) > 1 {
		return "", usageErrorf("%s names %d packages: verify runs one program", pattern, len(lines))
	}
	name, path, _ := strings.Cut(lines[0], " ")
	if name != "main" {
		return "", usageErrorf("%s is not a main package: name the program that serves it", cmp.Or(path, pattern))
	}
	return path, nil
}
