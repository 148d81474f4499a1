package tiers

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// incarnation tells one start of a replica from every other.
type incarnation struct {
	Number uint64 // rises with each start from the same folder; random for a memory log
	LogID  string // names the log that the replica remembers; one that lost it has another
}

// folderMeta says whose a data folder is.
type folderMeta struct {
	Version     int    `json:"version"`
	Tier        string `json:"tier"`
	Replica     int    `json:"replica"`
	Size        int    `json:"size"` // of the group
	LogID       string `json:"log"`
	Incarnation uint64 `json:"incarnation"`
}

const metaFile = "midas.json"

// openFolder makes dir the data folder of place, or checks that it is, and counts this start.
func openFolder(dir string, p *Place) (incarnation, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return incarnation{}, fmt.Errorf("data folder: %w", err)
	}
	want := folderMeta{Version: 1, Tier: p.Tier, Replica: p.Replica, Size: len(p.Tiers[p.Tier])}
	m, err := readMeta(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		m = want
		m.LogID = randomName()
	case err != nil:
		return incarnation{}, err
	case m.Version != want.Version:
		return incarnation{}, fmt.Errorf("data folder %s has format %d, this program knows %d", dir, m.Version, want.Version)
	case m.Tier != want.Tier || m.Replica != want.Replica || m.Size != want.Size:
		return incarnation{}, fmt.Errorf("data folder %s belongs to replica %d of %d of tier %q, not to replica %d of %d of tier %q",
			dir, m.Replica, m.Size, m.Tier, want.Replica, want.Size, want.Tier)
	}
	m.Incarnation++
	if err := writeMeta(dir, m); err != nil {
		return incarnation{}, err
	}
	return incarnation{Number: m.Incarnation, LogID: m.LogID}, nil
}

func readMeta(dir string) (folderMeta, error) {
	var m folderMeta
	b, err := os.ReadFile(filepath.Join(dir, metaFile))
	if err != nil {
		return m, fmt.Errorf("data folder: %w", err)
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return m, fmt.Errorf("data folder %s: %s: %w", dir, metaFile, err)
	}
	return m, nil
}

// writeMeta replaces the file in one step, so that a crash leaves the old or the new one.
func writeMeta(dir string, m folderMeta) error {
	b, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("data folder %s: %w", dir, err)
	}
	path := filepath.Join(dir, metaFile)
	if err := writeDurably(path+".new", b); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	return nil
}

func writeDurably(path string, b []byte) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Sync(), f.Close())
}
