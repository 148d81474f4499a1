package tiers

import (
	"context"
	"fmt"

	"github.com/midas-tiers/midas/compensate"
	"github.com/midas-tiers/midas/tiers/core"
	"github.com/midas-tiers/midas/tiers/wire"
)

// Status is what a replica says of itself.
type Status struct {
	Tier        string
	Replica     int
	Incarnation uint64
	Leader      int               // believed to lead the tier's log, 0 if unknown
	Joined      bool              // the group has welcomed the replica; until then nothing below is set
	Replaces    bool              // its log takes a lost one's place and has no vote yet
	Stuck       bool              // it cannot follow its group and waits for an image
	Applied     uint64            // log index
	Image       uint64            // log index of the latest image, 0 if there is none
	Quiet       bool              // nothing is in flight, waiting, unsettled or owed
	Digest      [32]byte          // of the persistent state, if quiet: else replicas may rightly differ
	Leaves      []compensate.Leaf // the persistent state, if asked for
	Stats       Stats
	Costs       []Cost  // of techniques, by method
	PerByte     float64 // nanoseconds that a byte in an entry costs
}

// Stats counts what a replica has done since it started.
type Stats struct {
	Operations       uint64 // begun
	Compensations    uint64 // slivers of style active made equal to another replica's execution
	Reads            uint64 // run without the log
	Effects          uint64 // external effects performed
	FallBacks        uint64 // own slivers whose values could not be cut or encoded and that carry whole copies
	PiggybackedBytes uint64 // traces and copies in the log's outcomes
	ImageInstalls    uint64
	Stuck            uint64 // times that an execution could not be followed
	Window           Window // in commit mode fast
	Core             core.Stats
}

// note counts what an entry carries.
func (s *Stats) note(e *core.Entry) {
	for _, o := range []*core.Outcome{e.Fwd, e.Cb, e.Out} {
		if o != nil {
			s.PiggybackedBytes += uint64(len(o.Trace) + len(o.Full))
		}
	}
}

// inquiry is the body of an Inspect frame.
type inquiry struct{ Dump bool }

// report is the body of a Report frame.
type report struct {
	Status Status
	Error  string
}

// Inspect asks the replica whose peer address is peerAddr for its status. With withDump it answers when no sliver runs, and runs none
// while it reads the whole state.
func Inspect(ctx context.Context, peerAddr string, withDump bool) (Status, error) {
	body := must(stable.Marshal(inquiry{Dump: withDump}))
	answer, err := wire.Ask(ctx, peerAddr, &wire.Frame{Kind: wire.Inspect, Body: body})
	if err != nil {
		return Status{}, err
	}
	var r report
	if err := lenient.Unmarshal(answer.Body, &r); err != nil {
		return Status{}, fmt.Errorf("inspect %s: %w", peerAddr, err)
	}
	if r.Error != "" {
		return r.Status, fmt.Errorf("inspect %s: %s", peerAddr, r.Error)
	}
	return r.Status, nil
}

// report answers an Inspect frame.
func (n *node) report(f *wire.Frame, give func(*wire.Frame)) {
	var q inquiry
	err := lenient.Unmarshal(f.Body, &q)
	tell := func() {
		var r report
		if err == nil {
			r.Status, err = n.status(q.Dump)
		}
		if err != nil {
			r.Error = err.Error()
		}
		go give(n.envelope(wire.Report, must(stable.Marshal(r)))) // a slow reader must not hold the loop
	}
	if q.Dump {
		n.launch(job{alone: true, then: tell}) // the whole state is read: no sliver runs meanwhile
		return
	}
	tell()
}

func (n *node) status(dump bool) (Status, error) {
	s := Status{Tier: n.place.Tier, Replica: n.place.Replica, Incarnation: n.life.Number, Joined: n.running(), Stuck: n.stuck, Replaces: n.life.Replaces}
	if !s.Joined {
		return s, nil
	}
	log := *n.log.Load()
	s.Leader, s.Applied, s.Image, s.Stats = n.leader, n.applied, imageIndex(log), n.stats
	s.Quiet = n.core.Quiet() && !n.stuck && !n.mute
	s.Stats.Core = n.core.Stats()
	s.Stats.Window = n.window.figures()
	s.Costs, s.PerByte = n.auto.figures(), n.auto.bytes.perByte()
	var err error
	if s.Quiet {
		if s.Digest, err = n.state.Digest(); err != nil {
			return s, err
		}
	}
	if dump {
		s.Leaves, err = n.state.Dump()
	}
	return s, err
}
