package deliver

import (
	"os"
	"path/filepath"
	"testing"
)

// A tree holds what the go command reads and what is embedded: not the data that a service keeps in its module.
func TestTreeHoldsSourcesOnly(t *testing.T) {
	hermetic(t)
	p := loadProgram(t, filepath.Join("testdata", "program", "old.txtar"))
	files := map[string]bool{
		"data/stock-1/midas.json": false, "data/stock-1/log/1.wal": false, "topology.yaml": false, "README.md": false,
		"testdata/large.bin": false, "testdata/case/case.go": false, "internal/asm/add_amd64.s": true, "internal/asm/add.h": true,
		"internal/greet/other_test.go": true, "tool/only_windows.go": true, "main.go": true, "asset.txt": true, "testdata/.hidden.txt": true,
	}
	for name := range files {
		path := filepath.Join(p.dir, name)
		if _, err := os.Stat(path); err == nil {
			continue
		}
		text := ""
		if filepath.Ext(name) == ".go" {
			text = "package " + filepath.Base(filepath.Dir(name)) + "\n"
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		write(t, path, []byte(text))
	}
	out := filepath.Join(t.TempDir(), "out")
	tree(t, p, out)
	for name, wanted := range files {
		if _, err := os.Stat(filepath.Join(out, name)); (err == nil) != wanted {
			t.Errorf("%s: %v, in the tree wanted %v", name, err, wanted)
		}
	}
}
