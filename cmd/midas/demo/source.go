package demo

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/midas-tiers/midas"
	"github.com/midas-tiers/midas/analysis/topology"
	"github.com/midas-tiers/midas/cmd/midas/up"
)

// builtShop is the example, built.
type builtShop struct {
	dir      string
	topology []byte            // the example's topology file
	binaries map[string]string // by tier
}

// buildShop writes the example to the folder dir, which it makes, and builds every tier.
func buildShop(ctx context.Context, dir string, build up.Builder) (builtShop, error) {
	files := midas.Example()
	for name, data := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return builtShop{}, err
		}
		if err := os.WriteFile(path, data, 0o666); err != nil {
			return builtShop{}, err
		}
	}
	s := builtShop{dir: dir, topology: files["topology.yaml"], binaries: make(map[string]string)}
	t, err := topology.Parse(s.topology)
	if err != nil {
		return s, fmt.Errorf("the example's topology: %w", err)
	}
	outs := make(map[string]string)
	for name, tier := range t.Tiers {
		s.binaries[name] = filepath.Join(dir, "bin", name)
		outs[tier.Package] = s.binaries[name]
	}
	if err := build(ctx, dir, outs); err != nil {
		return s, fmt.Errorf("build the shop: %w", err)
	}
	return s, nil
}

// deploy returns the example's topology on free ports of this machine.
func (s builtShop) deploy(a Arm) (*topology.Topology, error) {
	t, err := topology.Parse(s.topology)
	if err != nil {
		return nil, err
	}
	for _, tier := range t.Tiers {
		tier.Technique, tier.Style = a.Technique, cmp.Or(a.Style, tier.Style)
		for i := range tier.Replicas {
			tier.Replicas[i].Addr, tier.Replicas[i].Peer = "127.0.0.1:0", "127.0.0.1:0"
		}
	}
	if err := t.Validate(); err != nil {
		return nil, err
	}
	return t, up.TakePorts(t)
}
