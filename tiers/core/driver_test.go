package core

import (
	"errors"
	"strconv"
	"strings"
	"testing"
)

// driver is the host of one core: it has no randomness. Runs are answered from what "run" commands said, and otherwise stay with it.
type driver struct {
	t        *testing.T
	c        *Core
	cfg      Config
	index    uint64
	epoch    uint64
	number   uint64
	appended []*Entry
	plans    map[string]Ran
	misfit   bool
	image    []byte
	imageAt  uint64
	active   bool
}

func newDriver(t *testing.T) *driver {
	d := &driver{t: t}
	d.core(words{})
	return d
}

// core makes a new one: replica=N inc=N lanes=N clients=N fast active circle (no offers) waits (every sliver touches the same) break=RULE.
func (d *driver) core(w words) {
	d.plans = map[string]Ran{}
	d.index, d.epoch, d.number, d.appended, d.misfit, d.active = 0, 0, 0, nil, false, w.has("active")
	rule, _ := RuleOf(w["break"])
	d.cfg = Config{
		Tier: "A", Replica: max(int(w.number("replica")), 1), Incarnation: w.number("inc"), Lanes: int(w.number("lanes")),
		Clients: int(w.number("clients")), Fast: w.has("fast"), Break: rule,
		Footprint: func(begin *Entry, _ string) Footprint {
			switch {
			case w.has("waits"):
				return Footprint{Writes: []string{"f"}, Contaminated: []string{"f"}}
			case w.has("keys"): // a place for each client
				name, _, _ := begin.Op.Root()
				return Footprint{Writes: []string{"f[" + name + "]"}, Contaminated: []string{"f[" + name + "]"}}
			}
			return Footprint{}
		},
		Plan:           func(begin *Entry) (string, bool) { return "contaminated", d.active },
		OffersRequests: func(string) bool { return !w.has("circle") },
	}
	c, err := New(d.cfg)
	if err != nil {
		d.t.Fatal(err)
	}
	d.c = c
}

// command carries out a line and returns what the core asked for, in short.
func (d *driver) command(f []string) []string {
	w := parseWords(f[1:])
	first := ""
	if len(f) > 1 {
		first = f[1]
	}
	op, call := place(first)
	n, _ := strconv.Atoi(first)
	switch f[0] {
	case "core":
		d.core(w)
		return nil
	case "leader":
		return d.answer(d.c.Leader(n))
	case "commit": // what the core appended first, or the first N
		return d.commit(max(n, 1))
	case "lose":
		d.appended = d.appended[1:]
		return nil
	case "apply":
		return d.applyEntry(kinds[first], f[2:])
	case "plan": // what the sliver will come to: draws, and words.outs
		d.plan(op, call, w)
		return nil
	case "run": // what a sliver that is with the host came to
		return d.answer(d.c.Ran(d.plan(op, call, w)))
	case "client":
		return d.answer(d.c.Client(&ClientRequest{Op: op, Mark: w.number("mark"), Method: "/a/M", Read: w.has("read")}))
	case "gone":
		d.c.Gone(op)
		return nil
	case "tick": // until something is asked for, at most so often
		return d.ticks(max(n, 1))
	case "receive":
		return d.receive(msgKinds[first], f[2:])
	case "expire":
		return d.answer(d.c.Expire(op, call, []byte("late")))
	case "performed":
		return d.answer(d.c.Performed(op, call, []byte("done")))
	case "verified":
		return d.answer(d.c.Verified(uint64(n)))
	case "barrier":
		return d.answer(d.c.Barrier())
	case "misfit": // nothing that is to be followed or repeated will fit
		d.misfit = true
		return nil
	}
	return d.stateCommand(f[0], n)
}

// stateCommand is about the table as a whole.
func (d *driver) stateCommand(verb string, n int) []string {
	switch verb {
	case "restore": // the last image
		if err := d.c.Restore(d.image, d.imageAt); err != nil {
			return []string{err.Error()}
		}
		d.index = d.imageAt
		return nil
	case "reset":
		d.c.Reset()
		d.index, d.epoch, d.number = 0, 0, 0
		return nil
	case "index": // the next entry's
		d.index = uint64(n - 1)
		return nil
	case "dump":
		var b strings.Builder
		d.c.Dump(&b)
		return strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
	case "quiet":
		return []string{strconv.FormatBool(d.c.Quiet())}
	}
	d.t.Fatalf("command %q is not known", verb)
	return nil
}

func (d *driver) plan(op OpID, call CallID, w words) Ran {
	r := Ran{Op: op, Call: call, Drew: w.has("draws"), Outcome: Outcome{Outs: w.outs()}}
	if r.Drew {
		r.Outcome.Trace = []byte("t")
	}
	if w.has("misfits") {
		r.Err = errors.New("misfit")
	}
	d.plans[string(op)+":"+string(call)] = r
	return r
}

func (d *driver) commit(n int) (all []string) {
	for range n {
		if len(d.appended) == 0 {
			return append(all, "nothing is appended")
		}
		e := d.appended[0]
		d.appended = d.appended[1:]
		all = append(all, d.apply(e)...)
	}
	return all
}

func (d *driver) apply(e *Entry) []string {
	d.index++
	if e.Kind == Lead {
		d.epoch, d.number = d.index, 0
	} else if e.Epoch == d.epoch && e.Number == d.number+1 {
		d.number++
	}
	c := *e
	return d.answer(d.c.Apply(d.index, &c))
}

// applyEntry applies an entry that another replica ordered: the next of the epoch, unless epoch= or number= say otherwise.
func (d *driver) applyEntry(kind Kind, f []string) []string {
	e := &Entry{Kind: kind, Epoch: d.epoch, Number: d.number + 1}
	w := parseWords(f)
	if kind == Lead {
		e.Epoch, e.Replica = 0, int(w.number("replica"))
		e.Number = max(w.number("claim"), 1)
		return d.apply(e)
	}
	if len(f) > 0 {
		e.Op, e.Call = place(f[0])
	}
	if w.has("epoch") {
		e.Epoch = w.number("epoch")
	}
	if w.has("number") {
		e.Number = w.number("number")
	}
	e.From, e.Mark, e.Floor = w["from"], w.number("mark"), w.number("floor")
	e.Active, e.Given, e.Technique = w.has("active"), w.has("given"), "contaminated"
	e.Fwd, e.Cb, e.Out = w.outcome("fwd"), w.outcome("cb"), w.outcome("out")
	if w.has("reply") {
		e.Reply = []byte(w["reply"])
	}
	return d.apply(e)
}

func (d *driver) receive(kind MsgKind, f []string) []string {
	w := parseWords(f)
	op, call := place(f[0])
	m := &Msg{Kind: kind, Op: op, FromTier: "B", FromReplica: 1, Mark: w.number("mark"), Floor: w.number("floor"), Index: w.number("index")}
	if tier, replica, ok := strings.Cut(w["from"], "."); ok {
		m.FromTier = tier
		m.FromReplica, _ = strconv.Atoi(replica)
	}
	m.Payload = []byte(w["payload"])
	m.Fwd, m.Out, m.Closed = w.outcome("fwd"), w.outcome("out"), w.has("closed")
	if k, ok := w["entry"]; ok {
		m.Entry = &Entry{Kind: kinds[k], Op: op, Call: call, From: w["caller"], Mark: w.number("mark"), Reply: m.Payload, Cb: m.Out}
	}
	return d.answer(d.c.Receive(m))
}

func (d *driver) ticks(n int) []string {
	for range n {
		if outs := d.answer(d.c.Tick()); len(outs) > 0 {
			return outs
		}
	}
	return nil
}

// answer carries out what the core asked for.
func (d *driver) answer(outs []Output) (all []string) {
	for _, o := range outs {
		all = append(all, brief(o))
		switch o := o.(type) {
		case Append:
			d.appended = append(d.appended, o.Entry)
		case Capture:
			b, err := d.c.Snapshot()
			if err != nil {
				d.t.Fatal(err)
			}
			d.image, d.imageAt = b, o.Index
		}
	}
	for _, o := range outs {
		switch o := o.(type) {
		case Run:
			r, ok := d.plans[string(o.Op)+":"+string(o.Call)]
			switch {
			case d.misfit && o.Given != nil:
				all = append(all, d.answer(d.c.Ran(Ran{Op: o.Op, Call: o.Call, Err: errors.New("misfit")}))...)
			case o.Given != nil:
				all = append(all, d.answer(d.c.Ran(Ran{Op: o.Op, Call: o.Call}))...)
			case ok:
				all = append(all, d.answer(d.c.Ran(r))...)
			}
		case Follow:
			var err error
			if d.misfit {
				err = errors.New("misfit")
			}
			all = append(all, d.answer(d.c.Followed(o.Op, o.Call, err))...)
		}
	}
	return all
}
