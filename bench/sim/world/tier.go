package world

import "github.com/midas-tiers/midas/tiers/core"

const replicas = 3

// tier is one simulated tier: its log and its replicas.
type tier struct {
	log      []*core.Entry
	replicas [replicas]*replica
	leader   int // of consensus: only what it appends can come into the log
	term     int // of consensus: elections so far
	numbers  map[core.OpID]int
	ids      []core.OpID // by number
	digests  []uint64    // by log index: the state there
	known    []bool      // digests holds one
	nodisk   bool        // a replica has lost its disk: the explorer takes no second
	slow     int         // replica whose appends take long, 0 for none
}

var tierNames = []string{"T1", "T2", "T3", "T4"}

// number gives the tier's ops whole numbers, in the order in which they are met.
func (t *tier) number(id core.OpID) int {
	n, ok := t.numbers[id]
	if !ok {
		n = len(t.ids)
		t.numbers[id] = n
		t.ids = append(t.ids, id)
	}
	return n
}

// newest is the tier's latest image.
func (t *tier) newest() *image {
	var best *image
	for _, r := range t.replicas {
		if r.image != nil && (best == nil || r.image.index > best.index) {
			best = r.image
		}
	}
	return best
}

// commit moves what a replica appended first into the log.
func (t *tier) commit(r *replica) bool {
	if len(r.appended) == 0 {
		return false
	}
	t.log = append(t.log, r.appended[0])
	r.appended = r.appended[1:]
	t.digests, t.known = append(t.digests, 0), append(t.known, false)
	return true
}

// mayStick: one replica of a tier at a time, and only while all are up, so that an image can be had.
func (w *World) mayStick(tier int) bool {
	for _, r := range w.tiers[tier].replicas {
		if r.stuck > 0 || !r.up {
			return false
		}
	}
	return true
}

// digest compares the state at the applied index with what other replicas held there, if nothing of it may still change.
func (w *World) digest(r *replica) {
	if len(r.jobs) > 0 || r.stuck > 0 || r.applied == 0 || w.vanilla {
		return
	}
	s := r.core.Stats()
	if s.Unsettled+s.Waiting+s.Running+s.Ahead > 0 {
		return
	}
	t, i := w.tiers[r.tier], r.applied-1
	switch {
	case !t.known[i]:
		t.known[i], t.digests[i] = true, r.st.sum
	case t.digests[i] != r.st.sum:
		w.fail("DIVERGE: T%d r%d differs at index %d%s", r.tier+1, r.id, r.applied, t.differs(r))
	default:
		w.cover.Compared++
	}
}

// differs says where the replica differs from another one that is at the same index, if there is one.
func (t *tier) differs(r *replica) string {
	for _, o := range t.replicas {
		if o != r && o.applied == r.applied && o.stuck == 0 {
			if s := t.difference(&o.st, &r.st); s != "" {
				return ": " + s
			}
		}
	}
	return ""
}
