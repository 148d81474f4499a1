package world

import (
	"slices"

	"github.com/midas-tiers/midas/tiers/core"
)

// replica is one simulated process, its disk, and what it appended and the log has not.
type replica struct {
	w        *World
	tier     int
	id       int // 1..replicas
	inc      uint64
	lives    int
	runs     int
	lanes    int // 0: as configured
	up       bool
	paused   bool
	apart    bool // cut off from consensus
	core     *core.Core
	believes int // who leads, as it believes
	term     int // of consensus, when it came to believe so
	applied  int
	stuck    uint64
	st       state
	ops      map[core.OpID]*hostOp
	jobs     []job
	image    *image
	appended []*core.Entry
	todo     []job
}

type image struct {
	index int
	st    state
	table []byte
}

// job is a Run or Follow that is with the host.
type job struct {
	run    *core.Run
	follow *core.Follow
}

// start makes a new process of the replica, from its image.
func (r *replica) start() {
	w := r.w
	if r.lives > 0 && w.svc.cfg.Plant != plantKeepIncarnation {
		r.inc++
	}
	r.lives++
	if r.core != nil {
		w.retired.add(r.core.Stats())
	}
	c, err := core.New(w.coreConfig(r))
	if err != nil {
		panic(err)
	}
	r.core, r.up, r.paused, r.runs, r.believes = c, true, false, 0, 0
	r.install(r.image)
}

func (w *World) coreConfig(r *replica) core.Config {
	cfg := &w.svc.cfg
	lanes := r.lanes
	if lanes == 0 && cfg.Lanes > 1 {
		lanes = 1 << ((uint64(r.id) + w.seed) % 3)
	}
	offers := !cfg.Own && (!w.svc.topology.circle || cfg.Plant == plantCircleOffers)
	return core.Config{
		Tier: tierNames[r.tier], Replica: r.id, Incarnation: r.inc, Fast: cfg.Fast, Lanes: lanes, Clients: cfg.Sessions,
		Footprint: func(begin *core.Entry, from string) core.Footprint {
			return w.svc.footprint(r.tier, r.id, begin, from)
		},
		Plan:           w.plan,
		OffersRequests: func(string) bool { return offers },
		Break:          cfg.Break,
	}
}

// plan chooses technique and style. Requests ask for their technique, or auto, which is whatever the leader finds good at the moment; the
// style is the configuration's, or mixed by op.
func (w *World) plan(e *core.Entry) (technique string, active bool) {
	technique = e.Technique
	if technique == "auto" {
		technique = mixed[hash(uint64(w.step), w.seed)%int64(len(mixed))]
	}
	switch w.svc.cfg.Style {
	case "active":
		active = true
	case "mixed":
		active = hashString(string(e.Op))%2 == 0
	}
	return technique, active
}

// install goes back to an image, or to the initial state.
func (r *replica) install(img *image) {
	r.ops, r.jobs, r.todo, r.applied, r.stuck = map[core.OpID]*hostOp{}, nil, nil, 0, 0
	if img == nil {
		r.core.Reset()
		r.st = state{}
		return
	}
	if err := r.core.Restore(img.table, uint64(img.index)); err != nil {
		r.w.fail("IMAGE: %v", err)
	}
	r.st, r.applied, r.image = img.st.clone(), img.index, img
}

// do carries out what a step of the core asks for.
func (r *replica) do(outs []core.Output) {
	for _, o := range outs {
		r.output(o)
	}
	for len(r.todo) > 0 {
		j := r.todo[0]
		r.todo = r.todo[1:]
		r.work(j)
	}
}

func (r *replica) output(o core.Output) {
	w := r.w
	switch o := o.(type) {
	case core.Append:
		r.append(o.Entry)
	case core.Send:
		w.send(r, o)
	case core.Run:
		r.accept(job{run: &o}, hashString(string(o.Op))^hashString(string(o.Call)))
	case core.Follow:
		r.accept(job{follow: &o}, hashString(string(o.Op))^hashString(string(o.Call))^1)
	case core.Keep:
		if h := r.ops[o.Op]; h != nil {
			h.slivers = slices.DeleteFunc(h.slivers, func(t *tape) bool { return t.call == o.Call })
		}
	case core.Perform:
		w.perform(r, o)
	case core.Answer:
		w.answer(r, item{kind: itemAnswer, op: o.Op, value: number64(o.Payload)})
	case core.Refuse:
		w.answer(r, item{kind: itemAnswer, op: o.Op, refused: true, floor: o.Floor})
	case core.Verify:
		w.add(item{kind: itemVerify, from: r.at(), to: r.at(), token: o.Token, inc: r.inc})
	case core.Capture:
		r.capture(o)
	case core.CallRefused:
		w.callRefused(r, o)
	case core.Stuck:
		r.stuck, r.jobs, r.todo = max(o.Index, 1), nil, nil
		w.cover.Stuck++
	case core.Rebuild:
		w.cover.Rebuilds++
		w.unsafe = true // its log was too slow for it, if nothing else
		r.install(r.image)
	}
}

// append hands an entry to consensus, which takes it from its leader only. The entry is encoded there: later changes do not count.
func (r *replica) append(e *core.Entry) {
	if r.w.tiers[r.tier].leader != r.id {
		r.w.cover.LostAppends++
		return
	}
	c := *e
	r.appended = append(r.appended, &c)
}

// accept takes work, which stays with the host for a while or is done right after the other outputs.
func (r *replica) accept(j job, what uint64) {
	r.jobs = append(r.jobs, j)
	if !r.w.slow || hash(what, r.w.seed, uint64(r.id), 3)%100 >= int64(r.w.svc.cfg.Slow) {
		r.todo = append(r.todo, j)
	}
}

// work does a job and tells the core.
func (r *replica) work(j job) bool {
	i := slices.Index(r.jobs, j)
	if i < 0 {
		return false
	}
	r.jobs = slices.Delete(r.jobs, i, i+1)
	var outs []core.Output
	if j.run != nil {
		outs = r.core.Ran(r.run(j.run))
	} else {
		outs = r.core.Followed(j.follow.Op, j.follow.Call, r.follow(j.follow))
	}
	r.do(outs)
	return true
}

func (r *replica) capture(o core.Capture) {
	b, err := r.core.Snapshot()
	if err != nil {
		r.w.fail("IMAGE: %v", err)
		return
	}
	r.image = &image{int(o.Index), r.st.clone(), b}
	r.w.cover.Captures++
}

// apply gives a replica its next entry, or a stuck one an image.
func (r *replica) apply() bool {
	t := r.w.tiers[r.tier]
	if !r.up || r.paused {
		return false
	}
	if r.stuck > 0 {
		if r.w.svc.cfg.Plant == plantStuckReplays {
			if r.lives < 8 {
				r.start()
			}
			return false
		}
		for _, o := range t.replicas {
			if o.image != nil && uint64(o.image.index) >= r.stuck {
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
	r.w.digest(r)
	return true
}

// believe tells the replica who leads. One that leads again in another term hears of its loss first.
func (r *replica) believe(leader int) {
	t := r.w.tiers[r.tier]
	if leader == r.id && r.believes == r.id && r.term != t.term {
		r.do(r.core.Leader(0))
	}
	r.believes, r.term = leader, t.term
	r.do(r.core.Leader(leader))
}

// at is the replica's number in the world, from 0.
func (r *replica) at() int { return r.tier*replicas + r.id - 1 }
