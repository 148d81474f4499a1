package tiers

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFolderCountsStarts(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	p := goodPlace()
	first, err := openFolder(dir, &p)
	if err != nil {
		t.Fatal(err)
	}
	second, err := openFolder(dir, &p)
	if err != nil {
		t.Fatal(err)
	}
	if second.Number != first.Number+1 || second.LogID != first.LogID || first.LogID == "" {
		t.Errorf("started as %+v, then as %+v; want the next number and the same log", first, second)
	}
}

func TestFolderOfAnother(t *testing.T) {
	dir := t.TempDir()
	p := goodPlace()
	if _, err := openFolder(dir, &p); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Place){
		"tier":    func(p *Place) { p.Tier = "b" },
		"replica": func(p *Place) { p.Replica = 2 },
		"size":    func(p *Place) { p.Tiers["a"] = p.Tiers["a"][:1] },
	} {
		other := goodPlace()
		change(&other)
		if _, err := openFolder(dir, &other); err == nil || !strings.Contains(err.Error(), "belongs to replica 1 of 3 of tier \"a\"") {
			t.Errorf("another %s: got %v", name, err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, metaFile), []byte("torn"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openFolder(dir, &p); err == nil {
		t.Error("a folder with a broken description was opened")
	}
}
