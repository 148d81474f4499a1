package order

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/hashicorp/raft"
	wal "github.com/hashicorp/raft-wal"
	"github.com/hashicorp/raft-wal/metadb"

	"github.com/midas-tiers/midas/tiers/order/stdlog"
)

// RaftConfig describes one replica of a raft group. Fields without a described zero value are required.
type RaftConfig struct {
	Replica int            // this replica, a key of Peers
	Peers   map[int]string // address of every replica of the group, this one included
	Stream  raft.StreamLayer
	Dir     string // data folder, made if absent; "" keeps the log in memory
	// Since and Log are those of the seat that the group has given to this log. Zero: the group begins with it.
	Since uint64
	Log   string
	// Election is how long a follower waits for its leader before it stands for election; raft draws pauses of up to twice that, so
	// that another leads after about twice the time. Zero means 250 ms.
	Election time.Duration
	// Commit is how long a leader without new entries waits before it tells the followers what is committed. Clients of a follower do
	// not wait for that, but reads at a follower do. It takes up to twice as long. Zero means 5 ms; less costs idle processor time.
	Commit time.Duration
	// SnapshotEvery is the number of entries after which the engine takes a snapshot. Zero means 8192.
	SnapshotEvery uint64
	// Floor is what Rise was last told in an earlier life, zero if it never was. A log below it is refused.
	Floor Floor
	// Rise makes a higher floor durable: before the replica first takes part, then about once a second, and at the end. It is not
	// called concurrently. Nil: a log that is lost goes unnoticed.
	Rise   func(Floor) error
	Logger *slog.Logger // nil discards; raft's warnings and errors go there
}

func init() { stdlog.Restore() } // raft-wal's imports have taken the standard logger over

type raftLog struct {
	*History
	*seating
	*verifier
	raft      *raft.Raft
	self      raft.ServerID
	election  time.Duration
	transport transport
	stores    []io.Closer
	queue     *queue
	done      chan struct{}
	work      sync.WaitGroup // what ends after done is closed
	floor     Floor
	keep      func(Floor) error
	logger    *slog.Logger
	known     uint64 // last index in the store when this process started
}

// OpenRaft starts this replica's part of the group. It returns once the stores are open; the group may have no leader yet.
func OpenRaft(c RaftConfig) (Log, error) {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	l := &raftLog{
		History:  NewHistory(),
		seating:  &seating{},
		verifier: newVerifier(c.lease()),
		self:     c.seat().server(),
		election: c.election(),
		queue:    newQueue(),
		done:     make(chan struct{}),
		floor:    c.Floor,
		keep:     c.Rise,
		logger:   c.Logger,
	}
	if err := l.start(c); err != nil {
		if l.transport.NetworkTransport != nil {
			l.transport.Close()
		}
		l.closeStores()
		return nil, err
	}
	l.work.Go(l.feed)
	l.work.Go(func() { l.transport.screen(l.raft.AppliedIndex, l.done) })
	l.work.Go(func() { l.verifier.run(l.done) })
	l.work.Go(l.watchFloor)
	return l, nil
}

func (l *raftLog) start(c RaftConfig) error {
	logger := newRaftLogger(c.Logger)
	logs, stable, snaps, err := l.openStores(c, logger)
	if err != nil {
		return err
	}
	reach, err := c.Floor.below(logs, stable, snaps)
	if err != nil {
		return fmt.Errorf("open log %s: %w", c.Dir, err)
	}
	if c.Dir != "" && reach.Index > 1 {
		time.Sleep(c.lease()) // a leader may rest on what this replica told it just before it ended, and has forgotten
	}
	// One append at a time: raft's pipeline can wait for itself for good when a follower refuses one, and then Close would too. It
	// brings next to nothing here, since whatever is appended meanwhile goes out as one batch.
	l.transport = newTransport(raft.NewNetworkTransportWithConfig(&raft.NetworkTransportConfig{
		Stream: c.Stream, MaxPool: 3, MaxRPCsInFlight: 1, Timeout: 2 * time.Second, Logger: logger,
	}), l.verifier)
	config := raftSettings(c)
	config.Logger = logger
	err = l.begin(c, reach, func() error {
		if err := stable.SetUint64(termKey, 0); err != nil {
			return err
		}
		return raft.BootstrapCluster(config, logs, stable, snaps, l.transport, members(c.Peers))
	})
	if err != nil {
		return fmt.Errorf("start log %s: %w", c.Dir, err)
	}
	if l.raft, err = newRaft(config, fsm{l.History, l.seating}, logs, stable, snaps, l.transport); err != nil {
		return fmt.Errorf("open log %s: %w", c.Dir, err)
	}
	l.verifier.raft, l.verifier.followers = l.raft, l.followers
	l.raft.RegisterObserver(raft.NewObserver(nil, false, newWatch(c.Logger, l.turned).observe))
	l.turned() // what happened before is not observed
	l.known = l.raft.LastIndex()
	if c.Since > 0 && reach.Index == 0 { // whatever comes until it has caught up is old
		l.known = math.MaxUint64
	}
	return nil
}

// begin makes the first entry of a log with which a group begins. That one names the members and is never replaced.
func (l *raftLog) begin(c RaftConfig, reach Floor, bootstrap func() error) error {
	if c.Since == 0 && reach.Index == 0 && reach.Term <= 1 { // new, or a first start was cut off in the middle of this
		if err := bootstrap(); err != nil {
			return err
		}
	}
	if c.Since > 0 && reach.Index == 0 { // the group's entries are to come
		return nil
	}
	return l.rise(Floor{Term: max(reach.Term, 1), Index: 1})
}

// newRaft is raft.NewRaft, which panics when it cannot read a log that is there.
func newRaft(c *raft.Config, f raft.FSM, logs raft.LogStore, stable raft.StableStore, snaps raft.SnapshotStore, t raft.Transport) (r *raft.Raft, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the log is damaged: %v", p)
		}
	}()
	return raft.NewRaft(c, f, logs, stable, snaps, t)
}

func (l *raftLog) openStores(c RaftConfig, logger raftLogger) (raft.LogStore, raft.StableStore, raft.SnapshotStore, error) {
	if c.Dir == "" {
		memory := raft.NewInmemStore()
		return memory, memory, raft.NewInmemSnapshotStore(), nil
	}
	dir := filepath.Join(c.Dir, "log")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, nil, fmt.Errorf("open log: %w", err)
	}
	meta := &metadb.BoltMetaDB{} // the log does not close its own, and leaves the folder locked
	disk, err := wal.Open(dir, wal.WithMetaStore(meta), wal.WithLogger(logger))
	if err != nil {
		return nil, nil, nil, errors.Join(fmt.Errorf("open log %s: %w", dir, err), meta.Close())
	}
	l.stores = append(l.stores, disk, meta)
	cached, err := raft.NewLogCache(1024, disk)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("open log %s: %w", dir, err)
	}
	snaps, err := raft.NewFileSnapshotStoreWithLogger(c.Dir, 2, logger)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("open snapshots %s: %w", c.Dir, err)
	}
	return cached, disk, snaps, nil
}

func (c RaftConfig) election() time.Duration {
	if c.Election == 0 {
		return 250 * time.Millisecond
	}
	return c.Election
}

func (c RaftConfig) seat() Seat { return Seat{Replica: c.Replica, Since: c.Since, Log: c.Log} }

// lease leaves a quarter of the time that a follower waits for its leader to clocks that run apart.
func (c RaftConfig) lease() time.Duration { return c.election() * 3 / 4 }

func raftSettings(c RaftConfig) *raft.Config {
	commit, every := c.Commit, c.SnapshotEvery
	if commit == 0 {
		commit = 5 * time.Millisecond
	}
	if every == 0 {
		every = 8192
	}
	config := raft.DefaultConfig()
	config.LocalID = c.seat().server()
	config.ShutdownOnRemove = false // whoever reads the log sees that the seat is gone
	config.HeartbeatTimeout, config.ElectionTimeout = c.election(), c.election()
	config.LeaderLeaseTimeout = c.lease()
	config.CommitTimeout = commit
	config.MaxAppendEntries = 256
	config.BatchApplyCh = true
	config.NoLegacyTelemetry = true
	config.SnapshotThreshold, config.TrailingLogs = every, every/2
	config.SnapshotInterval = 15 * time.Second
	return config
}

func members(peers map[int]string) raft.Configuration {
	var c raft.Configuration
	for r := 1; r <= len(peers); r++ {
		c.Servers = append(c.Servers, raft.Server{
			ID: Seat{Replica: r}.server(), Address: raft.ServerAddress(peers[r]),
		})
	}
	return c
}

// turned is called when another leader is believed in, or none.
func (l *raftLog) turned() {
	wake(l.History.ready)
	wake(l.verifier.news)
}

// Leader is Log.Leader.
func (l *raftLog) Leader() int {
	_, id := l.raft.LeaderWithID()
	return seatOf(id).Replica
}

// Term is Log.Term.
func (l *raftLog) Term() uint64 { return l.raft.CurrentTerm() }

// Yield is Log.Yield. An error, from one that does not lead, is nothing.
func (l *raftLog) Yield() { l.raft.LeadershipTransfer() }

// Replaying is Log.Replaying. Raft does not store its commit index. What lay in the store at the start is applied, or the leader has told how far
// the group's commits go and that is applied.
func (l *raftLog) Replaying() bool {
	applied := l.raft.AppliedIndex()
	if applied >= l.known {
		return false
	}
	commit := l.raft.CommitIndex()
	return l.Leader() == 0 || commit == 0 || applied < commit
}

// Close is Log.Close.
func (l *raftLog) Close() error {
	close(l.done)
	err := l.raft.Shutdown().Error()
	l.work.Wait()
	return errors.Join(err, l.rise(l.reached()), l.transport.Close(), l.closeStores())
}

func (l *raftLog) closeStores() error {
	var all error
	for _, s := range l.stores {
		all = errors.Join(all, s.Close())
	}
	return all
}
