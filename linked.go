// Package midas carries sources that the midas command writes to disk: the linked half (runtime, compensate, tiers) as a module of its
// own, and the example.
//
// Rewritten programs import the linked half, so the command brings the very sources that it was built with; nothing is fetched, and
// tool and runtime cannot be of different versions.
package midas

import (
	"bytes"
	"embed"
	"io/fs"
	"strings"
)

// linked.mod and linked.sum are the go.mod and go.sum of the linked half alone: the lowest versions that it works with, so that a
// program keeps the versions that it asked for. They are not named go.mod because that would cut this folder off from the module.
//
//go:embed runtime compensate tiers linked.mod linked.sum LICENSE NOTICE
var linked embed.FS

//go:embed examples/threetier go.mod go.sum
var example embed.FS

// Linked is the linked half as a module named github.com/midas-tiers/midas: content by slash-separated path, without tests. The caller
// owns the map.
func Linked() map[string][]byte {
	files := sources(linked, "")
	files["go.mod"], files["go.sum"] = files["linked.mod"], files["linked.sum"]
	delete(files, "linked.mod")
	delete(files, "linked.sum")
	return files
}

// Example is examples/threetier as a module of its own, with the versions of this repository: content by slash-separated path, without
// tests. The caller owns the map.
func Example() map[string][]byte {
	const folder = "examples/threetier/"
	files := sources(example, folder)
	files["go.mod"] = bytes.Replace(files["go.mod"], []byte("/midas\n"), []byte("/midas/"+strings.TrimSuffix(folder, "/")+"\n"), 1)
	return files
}

// sources reads every file of f but tests; names lose the prefix.
func sources(f embed.FS, prefix string) map[string][]byte {
	files := map[string][]byte{}
	err := fs.WalkDir(f, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasSuffix(d.Name(), "test")) {
			return fs.SkipDir // ordertest and the like support tests
		}
		if d.IsDir() || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		data, err := f.ReadFile(path)
		files[strings.TrimPrefix(path, prefix)] = data
		return err
	})
	if err != nil {
		panic("midas: embedded sources: " + err.Error()) // embed.FS cannot fail to read what it lists
	}
	return files
}
