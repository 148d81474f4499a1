package tiers

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/midas-tiers/midas/compensate"
	midasrt "github.com/midas-tiers/midas/runtime"
	"github.com/midas-tiers/midas/tiers/wire"
)

// genesis is what a replica starts from. The replicas of a group must agree in it.
type genesis struct {
	program string // digest of the program's site and method tables
	state   [32]byte
	leaves  []compensate.Leaf
	encoded []byte
	took    time.Duration // to encode the state
}

func newGenesis(state *compensate.State, table map[string]midasrt.Method) (genesis, error) {
	var g genesis
	var err error
	if g.state, err = state.Digest(); err != nil {
		return g, err
	}
	if g.leaves, err = state.Dump(); err != nil {
		return g, err
	}
	began := time.Now()
	if g.encoded, err = state.Encode(); err != nil {
		return g, err
	}
	g.took = time.Since(began)
	var b strings.Builder
	for _, site := range midasrt.SiteTable() {
		fmt.Fprintln(&b, site)
	}
	for _, name := range slices.Sorted(maps.Keys(table)) {
		fmt.Fprintln(&b, table[name])
	}
	g.program = fmt.Sprintf("%x", sha256.Sum256([]byte(b.String())))
	return g, nil
}

// greeting is the body of a Hello.
type greeting struct {
	Size    int // of the group
	Memory  bool
	LogID   string
	Since   uint64 // of the log's seat
	New     bool   // the log has never taken part
	Addr    string // where the replica listens
	Program string
	State   [32]byte
	Asks    *petition // of a log that takes the place of one that is lost
}

// verdict is the body of a Welcome or Refusal.
type verdict struct {
	LogID  string // of the replica that is meant
	Reason string
	Leaves []compensate.Leaf // the initial state of the replica that refuses, if that is the reason
}

// hellos is what a replica knows of the others of its group.
type hellos struct {
	seen     map[int]peerLog // the log of each replica that has greeted this one, in earlier lives too, or has a seat
	welcomed map[int]bool    // replicas that have welcomed this one
}

func newHellos(seen map[int]peerLog) hellos {
	h := hellos{seen: make(map[int]peerLog), welcomed: make(map[int]bool)}
	maps.Copy(h.seen, seen)
	return h
}

// seek greets the replicas that have not welcomed this one yet, and joins the group once enough have.
func (n *node) seek() {
	group := n.place.Tiers[n.place.Tier]
	if len(n.hello.welcomed) < len(group)-1 || n.life.Replaces {
		body := must(stable.Marshal(greeting{
			Size: len(group), Memory: n.place.Log == "memory", LogID: n.life.LogID, Since: n.life.Since, New: n.life.New && !n.running(), Addr: n.place.group()[n.place.Replica],
			Program: n.genesis.program, State: n.genesis.state, Asks: n.petition(),
		}))
		for _, m := range group {
			if m.ID != n.place.Replica && (!n.hello.welcomed[m.ID] || n.life.Replaces) {
				n.toMember(m.ID, wire.Hello, body)
			}
		}
	}
	if !n.running() && !n.seatless() && 1+len(n.hello.welcomed) >= n.quorum() {
		n.join()
	}
}

// quorum is how many replicas must agree before this one takes part. A replica that remembers nothing needs all of them: any one may
// be the only one left that knows that it has been here before.
func (n *node) quorum() int {
	size := len(n.place.Tiers[n.place.Tier])
	if n.life.New {
		return size
	}
	return size/2 + 1
}

// meet answers a replica of the group that starts.
func (n *node) meet(f *wire.Frame) {
	var g greeting
	if err := lenient.Unmarshal(f.Body, &g); err != nil {
		n.refuse(f, "its greeting cannot be read: another version")
		return
	}
	if f.From.Replica == n.place.Replica {
		n.giveWay(g)
		return
	}
	v := verdict{LogID: g.LogID, Reason: n.objection(f.From.Replica, g)}
	if v.Reason == "" && g.State != n.genesis.state {
		v.Reason = fmt.Sprintf("its initial state differs from that of replica %s", n.place.self())
		v.Leaves = n.genesis.leaves
	}
	if v.Reason != "" {
		n.answerHello(f.From.Replica, g, wire.Refusal, v)
		return
	}
	if g.Asks != nil {
		n.hearPetition(f, g)
	}
	if g.seatless() {
		return
	}
	if n.remember(f.From.Replica, peerLog{g.LogID, g.Since}) {
		n.answerHello(f.From.Replica, g, wire.Welcome, v)
	}
}

// remember notes whose log a replica has, before it may rely on being known. If that is not possible, this replica ends.
func (n *node) remember(replica int, l peerLog) bool {
	if n.hello.seen[replica] == l {
		return true
	}
	if err := n.life.remember(replica, l); err != nil {
		n.fail(err)
		return false
	}
	n.hello.seen[replica] = l
	return true
}

func (n *node) objection(replica int, g greeting) string {
	switch {
	case g.Size != len(n.place.Tiers[n.place.Tier]):
		return fmt.Sprintf("it believes in a group of %d, replica %s in one of %d", g.Size, n.place.self(), len(n.place.Tiers[n.place.Tier]))
	case g.Memory != (n.place.Log == "memory"):
		return fmt.Sprintf("its log and that of replica %s are not both on disk or both in memory", n.place.self())
	case g.Program != n.genesis.program:
		return fmt.Sprintf("it is another program than replica %s", n.place.self())
	case g.seatless():
		return ""
	}
	return n.foreign(replica, g)
}

// foreign says what is wrong with the log of a replica that greets, "" if nothing.
func (n *node) foreign(replica int, g greeting) string {
	known := n.hello.seen[replica]
	switch {
	case g.Since > known.Since, g.Since == known.Since && (known.LogID == "" || known.LogID == g.LogID):
		return ""
	case g.New, g.Since == known.Since:
		return fmt.Sprintf("it took part before and has lost its log: put its data folder back, or, if that is gone for good, start it once "+
			"with an empty one and with replace in its place (midas replace %s %d -f TOPOLOGY)", n.place.Tier, replica)
	}
	return "another log has taken its place, so that its data folder is of no use any more: stop it, or remove the folder"
}

func (n *node) refuse(f *wire.Frame, reason string) {
	var g greeting
	if lenient.Unmarshal(f.Body, &g) == nil {
		n.link.Send(f.From, n.envelope(wire.Refusal, must(stable.Marshal(verdict{LogID: g.LogID, Reason: reason}))))
	}
}

func (n *node) answerHello(replica int, g greeting, kind wire.Kind, v verdict) {
	n.reach(replica, g, kind, must(stable.Marshal(v)))
}

// welcomed takes one replica's consent.
func (n *node) welcomed(f *wire.Frame) {
	var v verdict
	if err := lenient.Unmarshal(f.Body, &v); err != nil || v.LogID != n.life.LogID {
		return // meant for an earlier life
	}
	n.hello.welcomed[f.From.Replica] = true
	n.seek()
}

// refused ends the replica.
func (n *node) refused(f *wire.Frame) {
	var v verdict
	if err := lenient.Unmarshal(f.Body, &v); err != nil || v.LogID != n.life.LogID {
		return
	}
	reason := v.Reason
	if len(v.Leaves) > 0 {
		if d := compensate.Diff(n.genesis.leaves, v.Leaves); len(d) > 0 {
			reason += " at " + firstOf(d)
		}
	}
	n.fail(errors.New("refused by its group: " + reason))
}

// firstOf tells the first of some differences between this replica's state and another's, and how many more there are.
func firstOf(d []compensate.Difference) string {
	text := fmt.Sprintf("%s: %s here, %s there", d[0].Path, d[0].A, d[0].B)
	if len(d) > 1 {
		text += fmt.Sprintf(" and %d more", len(d)-1)
	}
	return text
}
