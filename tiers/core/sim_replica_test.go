package core

import (
	"fmt"

	"github.com/fxamacker/cbor/v2"
)

type replica struct {
	w       *world
	tier    int
	id      int // 1..replicas
	inc     uint64
	lives   int
	runs    int
	up      bool
	core    *Core
	applied int
	stuck   uint64
	st      state
	host    map[OpID]*hostOp
	image   *simImage
}

type simImage struct {
	index uint64
	st    state
	core  []byte
}

// start makes a new process of the replica, from its image.
func (r *replica) start() {
	w := r.w
	if r.lives > 0 && w.cfg.plant != "restart-keeps-incarnation" {
		r.inc++
	}
	r.lives++
	c, err := New(Config{
		Tier: tierName(r.tier), Replica: r.id, Incarnation: r.inc, Fast: w.cfg.fast,
		Footprint:      w.footprint(r.tier, r.id),
		OffersRequests: func(string) bool { return !w.cfg.own && (w.cfg.topology != "circle" || w.cfg.plant == "circle-offers") },
	})
	if err != nil {
		panic(err)
	}
	c.bug = w.cfg.bug
	r.core, r.up, r.runs = c, true, 0
	r.install(r.image)
}

func (r *replica) install(img *simImage) {
	r.st, r.host, r.applied, r.stuck = state{}, map[OpID]*hostOp{}, 0, 0
	if img == nil {
		return
	}
	b := img.core
	if p := r.w.cfg.plant; p == "snapshot-drops-owed" || p == "snapshot-drops-marks" {
		var x image
		must(cbor.Unmarshal(b, &x))
		for i := range x.Ops {
			if p == "snapshot-drops-owed" {
				x.Ops[i].Owed = nil
			}
		}
		if p == "snapshot-drops-marks" {
			x.Marks = nil
		}
		b, _ = cbor.Marshal(x)
	}
	must(r.core.Restore(b, img.index))
	r.st, r.applied, r.image = img.st.clone(), int(img.index), img
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// do carries out what a step of the core asks for.
func (r *replica) do(outs []Output) {
	for i, o := range outs {
		switch o := o.(type) {
		case Propose:
			r.w.add(&item{base: fmt.Sprintf("%s T%dr%d>log %s", entryName(o.Entry), r.tier+1, r.id, o.Entry.Op), tier: r.tier, entry: o.Entry})
		case Send:
			r.send(o)
		case Run:
			r.last(outs, i)
			r.do(r.core.Ran(r.run(o)))
		case Follow:
			r.last(outs, i)
			r.do(r.core.Followed(o.Op, o.Call, r.tryFollow(o)))
		case Keep:
		case Answer:
			r.w.answer(r, o.Op, o.Payload, false)
		case Refuse:
			r.w.answer(r, o.Op, nil, true)
		case Capture:
			b, err := r.core.Snapshot()
			must(err)
			r.image = &simImage{o.Index, r.st.clone(), b}
			r.w.digest(r, "image", o.Index)
		case Forget:
			delete(r.host, o.Op)
		case Stuck:
			r.stuck = o.Index
		}
	}
}

func (r *replica) last(outs []Output, i int) {
	if i != len(outs)-1 {
		r.w.fail("ORDER: a run or follow is not the last output")
	}
}

func (r *replica) tryFollow(f Follow) error {
	if r.w.cfg.misfit && hash("misfit", f.Outcome.Exec, int64(r.id))%6 == 0 && r.w.mayStick(r.tier) {
		return fmt.Errorf("misfit")
	}
	return r.follow(f)
}

// mayStick: one replica of a tier at a time, and only while all are up, so that an image can be had.
func (w *world) mayStick(t int) bool {
	for _, r := range w.tiers[t].replicas {
		if r.stuck > 0 || !r.up {
			return false
		}
	}
	return true
}

func entryName(e *Entry) string {
	name := [...]string{Begin: "begin", Resume: "resume", Settle: "settle", Barrier: "barrier", Unbarrier: "unbarrier"}[e.Kind]
	if e.Call != "" {
		name += ":" + string(e.Call)
	}
	return name
}

func (r *replica) send(o Send) {
	t := tierNumber(o.Tier)
	to := []int{o.Replica}
	switch o.Replica {
	case toLeader:
		to = []int{r.w.tiers[t].leader}
	case toAll:
		to = []int{1, 2, 3}
	}
	name := [...]string{Request: "request", Reply: "reply", Callback: "callback", Ack: "ack", Refused: "refused"}[o.Msg.Kind]
	for _, i := range to {
		r.w.add(&item{
			base: fmt.Sprintf("%s T%dr%d>T%dr%d %s", name, r.tier+1, r.id, t+1, i, o.Msg.Op), tier: t, rep: i, msg: o.Msg,
		})
	}
}

// apply gives a replica its next entry, or a stuck one an image.
func (r *replica) apply() bool {
	t := r.w.tiers[r.tier]
	if !r.up {
		return false
	}
	if r.stuck > 0 {
		for _, o := range t.replicas {
			if o.image != nil && o.image.index >= r.stuck {
				r.install(o.image)
				return true
			}
		}
		return false
	}
	if r.applied >= len(t.log) {
		return false
	}
	r.applied++
	r.do(r.core.Apply(uint64(r.applied), t.log[r.applied-1]))
	if s := r.core.Stats(); r.stuck == 0 && s.Unsettled == 0 {
		r.w.digest(r, "index", uint64(r.applied))
	}
	return true
}

// digest compares the state with what other replicas held at the same place.
func (w *world) digest(r *replica, what string, index uint64) {
	if w.cfg.technique == Vanilla {
		return
	}
	var sum uint64
	for k, v := range r.st {
		sum += uint64(hash(k, v)) * 0x9e3779b97f4a7c15
	}
	place := fmt.Sprintf("%s T%d %d", what, r.tier+1, index)
	if old, ok := w.digests[place]; ok && old != sum {
		w.fail("DIVERGE: %s at r%d", place, r.id)
	}
	w.digests[place] = sum
}

// newest is the tier's latest image.
func (t *tier) newest() *simImage {
	var best *simImage
	for _, r := range t.replicas {
		if r.image != nil && (best == nil || r.image.index > best.index) {
			best = r.image
		}
	}
	return best
}
