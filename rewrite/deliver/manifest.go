package deliver

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// manifestName is the file in which a tree lists its files, in the format of sha256sum.
const manifestName = "midas.sum"

// manifest is the hash of each file of a tree, in hexadecimal, by slash-separated path.
type manifest map[string]string

// readManifest returns nil if dir is no tree of ours.
func readManifest(dir string) (manifest, error) {
	data, err := os.ReadFile(filepath.Join(dir, manifestName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", manifestName, err)
	}
	m := manifest{}
	for line := range strings.Lines(string(data)) {
		sum, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if !ok || !filepath.IsLocal(filepath.FromSlash(name)) {
			return nil, inputErrorf("%s is damaged: remove the folder", filepath.Join(dir, manifestName))
		}
		m[name] = sum
	}
	return m, nil
}

// scan lists the files of dir. go.work.sum is left out, because the go command adds to it.
func scan(dir string) (manifest, error) {
	m := manifest{}
	err := filepath.WalkDir(throughLink(dir), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil || rel == manifestName || rel == "go.work.sum" {
			return err
		}
		data, err := os.ReadFile(path)
		sum := sha256.Sum256(data)
		m[filepath.ToSlash(rel)] = hex.EncodeToString(sum[:])
		return err
	})
	return m, err
}

// write puts the manifest into dir.
func (m manifest) write(dir string) error {
	var b bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(m)) {
		fmt.Fprintf(&b, "%s  %s\n", m[name], name)
	}
	return os.WriteFile(filepath.Join(dir, manifestName), b.Bytes(), 0o644)
}

// edited names a file that differs between the manifest and what is in dir now, or "". Files that the manifest does not know count
// only with added.
func (m manifest) edited(dir string, added bool) (string, error) {
	now, err := scan(dir)
	if err != nil {
		return "", fmt.Errorf("compare %s with its %s: %w", dir, manifestName, err)
	}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if now[name] != m[name] {
			return name, nil
		}
	}
	for _, name := range slices.Sorted(maps.Keys(now)) {
		if _, known := m[name]; !known && (added || strings.HasSuffix(name, ".go")) {
			return name, nil
		}
	}
	return "", nil
}
