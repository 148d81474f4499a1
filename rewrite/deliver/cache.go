package deliver

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// contentName names a set of files by what is in them.
func contentName(files map[string][]byte) string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(h, "%q %d\n", name, len(files[name]))
		h.Write(files[name])
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// store makes dir hold the files, by their slash-separated paths. Other processes may store the same; none sees half of it.
func store(dir string, files map[string][]byte) error {
	if holds(dir, files) {
		return nil
	}
	parent := filepath.Dir(dir)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return fmt.Errorf("make cache folder: %w", err)
	}
	temp, err := os.MkdirTemp(parent, ".new-*")
	if err != nil {
		return fmt.Errorf("make cache folder: %w", err)
	}
	defer os.RemoveAll(temp)
	if err := writeFiles(temp, files); err != nil {
		return fmt.Errorf("fill cache folder: %w", err)
	}
	if os.Rename(temp, dir) == nil || holds(dir, files) {
		return nil // or another process was faster, and may be using its own by now
	}
	damaged := temp + ".old"
	defer os.RemoveAll(damaged)
	_ = os.Rename(dir, damaged) // fails only if another process has just done it
	if err := os.Rename(temp, dir); err != nil && !holds(dir, files) {
		return fmt.Errorf("place cache folder: %w", err)
	}
	return nil
}

// holds reports whether every file is in dir as it should be: cleaners of temporary folders take single files.
func holds(dir string, files map[string][]byte) bool {
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil || !bytes.Equal(got, want) {
			return false
		}
	}
	return true
}

// writeFiles writes the files under dir by their slash-separated paths.
func writeFiles(dir string, files map[string][]byte) error {
	for name, data := range files {
		if err := writeFile(filepath.Join(dir, filepath.FromSlash(name)), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// writeFile writes one file and the folders above it.
func writeFile(path string, data []byte, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, data, mode)
}
