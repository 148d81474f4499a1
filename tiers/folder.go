package tiers

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"sync"

	"github.com/midas-tiers/midas/tiers/order"
)

// folderMeta says whose a data folder is, and what must not be forgotten.
type folderMeta struct {
	Version  int             `json:"version"`
	Tier     string          `json:"tier"`
	Replica  int             `json:"replica"`
	Size     int             `json:"size"` // of the group
	LogID    string          `json:"log"`
	Since    uint64          `json:"since,omitempty"`
	Replaces bool            `json:"replaces,omitempty"`
	Starts   uint64          `json:"starts"`
	Floor    order.Floor     `json:"floor"` // of the log, which lies beside this file
	Peers    map[int]peerLog `json:"peers"` // of each replica that has greeted this one, or has a seat
}

const metaFile = "midas.json"

// folder is the data folder of this replica, which no other process uses. Its methods may be called from any goroutine.
type folder struct {
	dir  string
	lock io.Closer

	mu   sync.Mutex
	meta folderMeta // as in the file
}

// openFolder makes dir the data folder of place, or checks that it is, locks it and counts this start.
func openFolder(dir string, p *Place) (*folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return nil, err
	}
	f := &folder{dir: dir, lock: lock}
	if err := f.begin(p); err != nil {
		f.close()
		return nil, err
	}
	return f, nil
}

func (f *folder) begin(p *Place) error {
	want := folderMeta{Version: 2, Tier: p.Tier, Replica: p.Replica, Size: len(p.Tiers[p.Tier])}
	m, err := readMeta(f.dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		m = want
		m.LogID = randomName()
	case err != nil:
		return err
	case m.Version != want.Version:
		return fmt.Errorf("data folder %s has format %d, this program knows %d", f.dir, m.Version, want.Version)
	case m.Tier != want.Tier || m.Replica != want.Replica || m.Size != want.Size:
		return fmt.Errorf("data folder %s belongs to replica %d of %d of tier %q, not to replica %d of %d of tier %q",
			f.dir, m.Replica, m.Size, m.Tier, want.Replica, want.Size, want.Tier)
	}
	m.Starts++
	if p.Replace && m.fresh() {
		m.Replaces = true
	}
	f.meta = m
	return writeMeta(f.dir, m)
}

// fresh says that the log has never taken part.
func (m folderMeta) fresh() bool { return m.Floor == order.Floor{} && m.Since == 0 }

// life is this start.
func (f *folder) life() incarnation {
	f.mu.Lock()
	defer f.mu.Unlock()
	m := f.meta
	return incarnation{
		Number: incarnationNumber(m.Since, m.Starts), LogID: m.LogID, Since: m.Since, New: m.fresh(), Replaces: m.Replaces,
		Peers: m.Peers, keeper: f,
	}
}

func (f *folder) floor() order.Floor {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.meta.Floor
}

// rise notes how far the log reaches for good.
func (f *folder) rise(to order.Floor) error {
	return f.change(func(m *folderMeta) { m.Floor = to })
}

// remember is keeper.remember.
func (f *folder) remember(replica int, l peerLog) error {
	return f.change(func(m *folderMeta) {
		m.Peers = maps.Clone(m.Peers)
		if m.Peers == nil {
			m.Peers = make(map[int]peerLog)
		}
		m.Peers[replica] = l
	})
}

// sit is keeper.sit.
func (f *folder) sit(since uint64) (number uint64, err error) {
	err = f.change(func(m *folderMeta) { m.Since = since })
	return f.life().Number, err
}

// stay is keeper.stay.
func (f *folder) stay() error { return f.change(func(m *folderMeta) { m.Replaces = false }) }

// held is keeper.held.
func (f *folder) held() bool { return f.floor() != order.Floor{} }

// change makes a change of the description durable.
func (f *folder) change(edit func(*folderMeta)) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	m := f.meta
	edit(&m)
	if err := writeMeta(f.dir, m); err != nil {
		return err
	}
	f.meta = m
	return nil
}

// close lets other processes use the folder. The nil folder, that of a memory log, has nothing to close.
func (f *folder) close() {
	if f != nil {
		f.lock.Close()
	}
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
