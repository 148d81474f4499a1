package tiers

import (
	"github.com/midas-tiers/midas/tiers/order"
	"github.com/midas-tiers/midas/tiers/wire"
	"github.com/midas-tiers/midas/tiers/wire/wiretest"
)

// cuttable is a replica's end of the log that can be cut off from the group, as by a partition: its replica goes on believing what it
// believed, and what it appends is lost.
type cuttable struct {
	order.Log
	cut      bool
	leader   int         // believed while cut off,
	term     uint64      // in this term
	lease    func() bool // of a replica that is cut off; nil: it has none
	verified bool        // planted: a replica that is cut off takes itself to lead
}

func (l *cuttable) Append(data []byte) bool { return l.cut || l.Log.Append(data) }

func (l *cuttable) After(index uint64, most int) (*order.Image, []order.Entry) {
	if l.cut {
		return nil, nil
	}
	return l.Log.After(index, most)
}

func (l *cuttable) Leader() int {
	if l.cut {
		return l.leader
	}
	return l.Log.Leader()
}

func (l *cuttable) Term() uint64 {
	if l.cut {
		return l.term
	}
	return l.Log.Term()
}

func (l *cuttable) Lease() bool {
	if l.cut {
		return l.lease != nil && l.lease()
	}
	return l.Log.Lease()
}

func (l *cuttable) Verify(done func(bool)) {
	switch {
	case !l.cut:
		l.Log.Verify(done)
	default:
		done(l.verified)
	}
}

// cut takes a replica off its group and off the network; heal brings it back.
func (s *system) cut(id wire.ID) *cuttable {
	l := (*s.nodes[id].log.Load()).(*cuttable)
	l.leader, l.term, l.cut = l.Log.Leader(), l.Log.Term(), true
	s.net.Filter(func(f wiretest.Flight) wiretest.Verdict {
		if l.cut && (f.To == id || f.Frame.From == id) {
			return wiretest.Drop
		}
		return wiretest.Pass
	})
	return l
}

func (l *cuttable) heal() { l.cut = false }
