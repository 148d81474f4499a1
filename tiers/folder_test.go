package tiers

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/midas-tiers/midas/tiers/order"
)

// reopen opens a folder as the next start of the replica does.
func reopen(t *testing.T, dir string, p *Place) (*folder, incarnation) {
	t.Helper()
	f, err := openFolder(dir, p)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.close)
	return f, f.life()
}

func TestFolderCountsStarts(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	p := goodPlace()
	f, first := reopen(t, dir, &p)
	f.close()
	_, second := reopen(t, dir, &p)
	if second.Number != first.Number+1 || second.LogID != first.LogID || first.LogID == "" {
		t.Errorf("started as %+v, then as %+v; want the next number and the same log", first, second)
	}
}

func TestFolderRemembers(t *testing.T) {
	dir := t.TempDir()
	p := goodPlace()
	f, life := reopen(t, dir, &p)
	if !life.New {
		t.Error("a new folder remembers something")
	}
	floor := order.Floor{Term: 3, Index: 7}
	if err := f.rise(floor); err != nil {
		t.Fatal(err)
	}
	others := map[int]peerLog{2: {LogID: "two"}, 3: {LogID: "three", Since: 9}}
	for replica, l := range others {
		if err := life.remember(replica, l); err != nil {
			t.Fatal(err)
		}
	}
	f.close()
	f, life = reopen(t, dir, &p)
	if got := f.floor(); got != floor || life.New {
		t.Errorf("the next start finds the floor %+v, new: %v; want %+v, false", got, life.New, floor)
	}
	if d := cmp.Diff(others, life.Peers); d != "" {
		t.Errorf("logs of the others that the next start knows (-want +got):\n%s", d)
	}
}

func TestFolderIsLocked(t *testing.T) {
	dir := t.TempDir()
	p := goodPlace()
	f, first := reopen(t, dir, &p)
	_, err := openFolder(dir, &p)
	if want := "data folder " + dir + " is in use by another process"; err == nil || err.Error() != want {
		t.Fatalf("a second process: got %v, want %s", err, want)
	}
	f.close()
	if _, second := reopen(t, dir, &p); second.Number != first.Number+1 {
		t.Errorf("incarnation %d after the attempt, want %d: it was counted as a start", second.Number, first.Number+1)
	}
}

func TestFolderOfAnother(t *testing.T) {
	dir := t.TempDir()
	p := goodPlace()
	f, _ := reopen(t, dir, &p)
	f.close()
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
