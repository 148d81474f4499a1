package analysis

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/packages"
)

// inputs digests everything that a report depends on: this program, the configuration, the content of all files that are read, and the
// versions of the modules whose content is fixed by their version.
func (w *world) inputs(cfg Config) (string, error) {
	tool, err := toolDigest()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	fmt.Fprintln(h, tool, runtime.Version(), w.dir)
	fmt.Fprintf(h, "%q %q %q %q %v\n", cfg.Patterns, cfg.BuildFlags, cfg.Profile, cfg.Roots, cfg.Architecture)
	if err := json.NewEncoder(h).Encode(cfg.Topology); err != nil {
		return "", err
	}
	for _, v := range cfg.Env {
		if strings.HasPrefix(v, "GO") || strings.HasPrefix(v, "CGO") || strings.HasPrefix(v, "CC=") {
			fmt.Fprintln(h, v)
		}
	}
	files := slices.Clone(cfg.Dictionary)
	packages.Visit(w.listed, nil, func(p *packages.Package) {
		fmt.Fprintln(h, p.PkgPath, p.Errors)
		switch m := p.Module; {
		case m == nil: // the standard library, which the toolchain's version names
		case m.Main || m.Replace != nil && m.Replace.Version == "":
			files = append(files, p.GoFiles...)
			files = append(files, p.OtherFiles...)
		default:
			fmt.Fprintln(h, m.Path, m.Version, m.Replace)
		}
	})
	slices.Sort(files)
	for _, name := range slices.Compact(files) {
		fmt.Fprintln(h, name)
		if err := addFile(h, name); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func addFile(h hash.Hash, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(h, f)
	return err
}

// toolDigest is of the running program's file: other rules give other reports.
var toolDigest = sync.OnceValues(func() (string, error) {
	name, err := os.Executable()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	if err := addFile(h, name); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
})
