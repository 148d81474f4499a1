package tiers

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"

	midasrt "github.com/midas-tiers/midas/runtime"
	"github.com/midas-tiers/midas/tiers/order"
	"github.com/midas-tiers/midas/tiers/wire"
)

// replica is this process's share of a tier: what it registers, and from the first Serve on its node.
type replica struct {
	place    *Place
	services *services
	edge     edge
	dialled  dialled
	serving  atomic.Int32 // calls of Serve that have not returned
	once     sync.Once
	node     *node
	folder   *folder // nil for a memory log
	err      error
}

func newReplica(p *Place) *replica {
	return &replica{place: p, services: newServices(midasrt.TableOf())}
}

// join starts the node, once.
func (r *replica) join() error {
	r.once.Do(func() { r.err = r.start() })
	return r.err
}

func (r *replica) start() error {
	if err := r.services.learnChains(); err != nil {
		return err
	}
	if err := r.place.checkMethods(r.services.methods); err != nil {
		return err
	}
	logger := slog.Default().With("tier", r.place.Tier, "replica", r.place.Replica)
	r.warn(logger)
	n, err := newNode(nodeConfig{place: r.place, services: r.services, logger: logger})
	if err != nil {
		return err
	}
	port, err := wire.Listen(wire.TCPConfig{
		Self: r.place.self(), Addr: r.place.peers()[r.place.self()], Peers: r.place.peers(), Handle: n.receive, Logger: logger,
	})
	if err != nil {
		return err
	}
	c := order.RaftConfig{Replica: r.place.Replica, Peers: r.place.group(), Stream: port.Streams(), Logger: logger}
	life := memoryLife(r.place)
	if r.place.Log == "disk" {
		if r.folder, err = r.openData(logger); err != nil {
			port.Close()
			return err
		}
		life = r.folder.life()
		c.Dir, c.Floor, c.Rise = r.folder.dir, r.folder.floor(), r.folder.rise
	}
	n.begin(life, port, func(seated incarnation) (order.Log, error) {
		c.Since, c.Log = seated.Since, seated.LogID
		return order.OpenRaft(c)
	})
	r.node = n
	r.edge.own = newSession(fmt.Sprintf("edge-%d-%.8s-%d", r.place.Replica, life.LogID, life.Number))
	r.edge.node.Store(n)
	go n.loop()
	return nil
}

// warn says what the place and the program make of each other that nobody may have meant.
func (r *replica) warn(logger *slog.Logger) {
	if m := r.place.analysed(r.services.table); m != "" {
		logger.Warn("technique transparent is for programs built with midas build -transparent; this one is built with analysis, and what is "+
			"measured is no comparison", "method", m)
	}
	if line := r.place.unmapped(r.services.table, r.dialled.targets()); line != "" {
		logger.Warn(line)
	}
}

// memoryLife is that of a replica whose log ends with its process.
func memoryLife(p *Place) incarnation {
	var b [8]byte
	rand.Read(b[:]) // never fails
	number := binary.BigEndian.Uint64(b[:])
	return incarnation{Number: number, LogID: randomName(), New: true, Replaces: p.Replace, keeper: keepNothing{number}}
}

func (r *replica) openData(logger *slog.Logger) (*folder, error) {
	dir := r.place.Data
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "midas-"); err != nil {
			return nil, err
		}
		logger.Info("no data folder is named: a temporary one, lost with it the replica's log", "folder", dir)
	}
	f, err := openFolder(dir, r.place)
	if err == nil && r.place.Replace && !f.life().Replaces {
		logger.Info("the place says replace, but the data folder holds a log: it is not replaced", "folder", dir)
	}
	return f, err
}
