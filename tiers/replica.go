package tiers

import (
	"crypto/rand"
	"encoding/binary"
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
	serving  atomic.Int32 // calls of Serve that have not returned
	once     sync.Once
	node     *node
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
	logger := slog.Default().With("tier", r.place.Tier, "replica", r.place.Replica)
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
	dir, life, err := r.openData(logger)
	if err != nil {
		port.Close()
		return err
	}
	n.begin(life, port, func() (order.Log, error) {
		return order.OpenRaft(order.RaftConfig{
			Replica: r.place.Replica, Peers: r.place.group(), Stream: port.Streams(), Dir: dir, Logger: logger,
		})
	})
	r.node = n
	r.edge.node.Store(n)
	go n.loop()
	return nil
}

// openData returns the data folder, "" for a memory log.
func (r *replica) openData(logger *slog.Logger) (dir string, life incarnation, err error) {
	if r.place.Log == "memory" {
		var b [8]byte
		rand.Read(b[:]) // never fails
		return "", incarnation{Number: binary.BigEndian.Uint64(b[:]), LogID: randomName()}, nil
	}
	dir = r.place.Data
	if dir == "" {
		if dir, err = os.MkdirTemp("", "midas-"); err != nil {
			return "", incarnation{}, err
		}
		logger.Info("no data folder is named: a temporary one, lost with it the replica's log", "folder", dir)
	}
	life, err = openFolder(dir, r.place)
	return dir, life, err
}
