package core

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// group is a leader, a follower that has applied the whole log, and one that is made anew from images.
type group struct {
	leader, whole, fresh *driver
	log                  []*Entry
	image                []byte
	imageAt              uint64
	next                 map[string]int // by client
	calls                []string       // open, as OP:CALL
	acked                []string       // calls whose callbacks were acknowledged, which is in no log
	births               int
}

// TestImages: wherever a replica begins with an image, it comes to the table that one has which applied the whole log.
func TestImages(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		g := newGroup(t)
		rt.Repeat(map[string]func(*rapid.T){
			"ask":     g.ask,
			"reply":   g.reply,
			"image":   func(*rapid.T) { g.do("barrier") },
			"tick":    func(*rapid.T) { g.do("tick") },
			"restart": func(*rapid.T) { g.restart() },
			"ack": func(rt *rapid.T) {
				if len(g.whole.c.owing) == 0 {
					return
				}
				s := rapid.SampledFrom(g.whole.c.owing).Draw(rt, "sliver")
				g.acked = append(g.acked, string(s.op.id.Nested(s.call)))
				for _, d := range []*driver{g.leader, g.whole, g.fresh} {
					g.ack(d)
				}
			},
			"": func(rt *rapid.T) { g.check(rt) },
		})
	})
}

func newGroup(t *testing.T) *group {
	g := &group{leader: newDriver(t), next: map[string]int{}}
	g.leader.core(words{"clients": "3"})
	g.whole = follower(t)
	g.fresh = follower(t)
	g.do("leader 1")
	return g
}

func follower(t *testing.T) *driver {
	d := newDriver(t)
	d.core(words{"replica": "2", "clients": "3"})
	return d
}

// do gives the leader a command, and everybody what it appends.
func (g *group) do(line string) {
	g.leader.command(strings.Fields(line))
	for len(g.leader.appended) > 0 {
		e := g.leader.appended[0]
		g.log = append(g.log, e)
		g.leader.commit(1)
		g.apply(g.whole)
		g.apply(g.fresh)
		if g.whole.imageAt > g.imageAt {
			g.image, g.imageAt = g.whole.image, g.whole.imageAt
		}
	}
}

// apply gives a follower what it has not applied.
func (g *group) apply(d *driver) {
	for d.index < uint64(len(g.log)) {
		d.apply(g.log[d.index])
	}
}

func (g *group) restart() {
	g.fresh = follower(g.whole.t)
	if g.image != nil {
		g.fresh.image, g.fresh.imageAt = g.image, g.imageAt
		g.fresh.command([]string{"restore"})
	}
	g.apply(g.fresh)
	g.ack(g.fresh)
}

func (g *group) ack(d *driver) {
	for _, id := range g.acked {
		d.command([]string{"receive", "ack", id})
	}
}

func (g *group) ask(rt *rapid.T) {
	client := rapid.SampledFrom([]string{"a", "b", "new"}).Draw(rt, "client")
	if client == "new" {
		g.births++
		client = fmt.Sprintf("c@%d", g.births)
	}
	n := g.next[client]
	g.next[client]++
	id := fmt.Sprintf("%s/%d", client, n)
	mark := rapid.IntRange(max(n-2, 0), n).Draw(rt, "mark")
	if rapid.Bool().Draw(rt, "calls") {
		g.do(fmt.Sprintf("plan %s calls=1", id))
		g.calls = append(g.calls, id+":1")
	} else {
		g.do(fmt.Sprintf("plan %s replies=R%d", id, n))
	}
	g.do(fmt.Sprintf("client %s mark=%d", id, mark))
}

func (g *group) reply(rt *rapid.T) {
	if len(g.calls) == 0 {
		return
	}
	id := rapid.SampledFrom(g.calls).Draw(rt, "call")
	g.do(fmt.Sprintf("plan %s replies=R", id))
	line := fmt.Sprintf("receive reply %s payload=r", strings.Replace(id, ":", "/", 1))
	if rapid.Bool().Draw(rt, "offered") {
		line += " out=3.0.1"
	}
	g.do(line)
}

// check compares the two followers, and the marks and floors with the leader's.
func (g *group) check(rt *rapid.T) {
	if len(g.whole.c.live) > 0 {
		return
	}
	want, got := table(g.whole.c), table(g.fresh.c)
	if diff := cmp.Diff(want, got); diff != "" {
		rt.Fatalf("the table from an image (-want +got):\n%s", diff)
	}
	if s := g.fresh.c.Check(); s != "" && g.fresh.c.Quiet() {
		rt.Fatal(s)
	}
}

// table is what an image of the core would hold, as text.
func table(c *Core) string {
	var img image
	if err := readImage.Unmarshal(c.encode(), &img); err != nil {
		return err.Error()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "epoch %d number %d floors %v\n", img.Epoch, img.Number, img.Floors)
	for _, m := range img.Marks {
		fmt.Fprintf(&b, "%s mark %d\n", m.Client, m.Mark)
	}
	for _, o := range img.Ops {
		fmt.Fprintf(&b, "%s", o.Begin.Op)
		if o.Reply != nil {
			fmt.Fprintf(&b, " %s", o.Reply.Payload)
		}
		for _, w := range o.Owed {
			fmt.Fprintf(&b, " owes %s %s %s", w.Call, w.Chosen.Exec, w.Answer)
		}
		b.WriteString("\n")
	}
	return b.String()
}
