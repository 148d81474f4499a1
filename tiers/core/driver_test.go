package core

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// driver gives a core its log and answers its runs from a table.
type driver struct {
	t     *testing.T
	c     *Core
	index uint64
	runs  map[string]Ran // by "OP CALL"
	fit   error
}

func drive(t *testing.T, replica int, edit ...func(*Config)) *driver {
	cfg := Config{
		Tier: "A", Replica: replica, Footprint: func(string, string, string) Footprint { return Footprint{} },
		OffersRequests: func(string) bool { return true },
	}
	for _, e := range edit {
		e(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return &driver{t: t, c: c, runs: map[string]Ran{}}
}

// apply gives the entries and returns, in short, what the core asked for besides runs.
func (d *driver) apply(entries ...*Entry) []string {
	d.t.Helper()
	var all []Output
	for _, e := range entries {
		d.index++
		all = append(all, d.answer(d.c.Apply(d.index, e))...)
	}
	return brief(all)
}

func (d *driver) answer(outs []Output) []Output {
	var all []Output
	for len(outs) > 0 {
		o := outs[0]
		outs = outs[1:]
		switch o := o.(type) {
		case Run:
			ran := d.runs[string(o.Op)+" "+string(o.Call)]
			ran.Op, ran.Call = o.Op, o.Call
			outs = d.c.Ran(ran)
		case Follow:
			all = append(all, o)
			outs = d.c.Followed(o.Op, o.Call, d.fit)
		default:
			all = append(all, o)
		}
	}
	return all
}

// brief writes outputs in a few words each.
func brief(outs []Output) []string {
	var words []string
	for _, o := range outs {
		switch o := o.(type) {
		case Propose:
			w := "propose " + entryName(o.Entry) + " " + string(o.Entry.Op)
			words = append(words, strings.TrimSpace(w))
		case Send:
			w := [...]string{Request: "request", Reply: "reply", Callback: "callback", Ack: "ack", Refused: "refused"}[o.Msg.Kind]
			if o.Msg.Fwd != nil && o.Msg.Kind == Request || o.Msg.Out != nil && o.Msg.Kind == Reply {
				w += " offer"
			}
			if o.Msg.Closed {
				w += " closed"
			}
			words = append(words, w+" "+string(o.Msg.Op)+" to "+o.Tier+map[int]string{toLeader: " leader", toAll: " all"}[o.Replica])
		case Follow:
			words = append(words, "follow "+o.Outcome.Exec)
		case Keep:
			words = append(words, "keep "+string(o.Op)+":"+string(o.Call))
		case Answer:
			words = append(words, "answer "+string(o.Payload))
		case Refuse:
			words = append(words, "refuse "+string(o.Op))
		case Forget:
			words = append(words, "forget "+string(o.Op))
		case Stuck:
			words = append(words, "stuck")
		case Capture:
			words = append(words, "capture")
		}
	}
	return words
}

func want(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// ticks until something is asked for, at most n times.
func (d *driver) ticks(n int) []string {
	for range n {
		if outs := d.answer(d.c.Tick()); len(outs) > 0 {
			return brief(outs)
		}
	}
	return nil
}

func call(id CallID) Out {
	return Out{Call: id, Tier: "B", Method: "/b/M", Steady: true, Payload: []byte("q")}
}

func drew(outs ...Out) Ran { return Ran{Drew: true, Outcome: Outcome{Trace: []byte("t"), Outs: outs}} }

func same(outs ...Out) Ran { return Ran{Outcome: Outcome{Outs: outs}} }

func ask(d *driver) []string {
	return brief(d.c.Client(&ClientRequest{Op: "c/1", Method: "/a/M", Technique: "reexecute"}))
}

var begin = &Entry{Kind: Begin, Op: "c/1", Method: "/a/M", Technique: "reexecute", Edge: 1}
