package tiers

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/midas-tiers/midas/compensate"
)

// lose ends a replica and takes its data folder away.
func (c *cluster) lose(tier string, number int) {
	c.t.Helper()
	c.stop(fmt.Sprintf("%s/%d", tier, number))
	if err := os.RemoveAll(c.folder(tier, number)); err != nil {
		c.t.Fatal(err)
	}
}

// replace starts a replica with the operator's word that its log is gone.
func (c *cluster) replace(tier string, number int) {
	c.t.Helper()
	place := c.place
	place.Tier, place.Replica, place.Replace, place.Data = tier, number, true, c.folder(tier, number)
	c.startAt(place)
}

// whole waits until a replica has a seat and a vote, and returns its status.
func (c *cluster) whole(peer string) Status {
	c.t.Helper()
	var last Status
	var err error
	for range 400 {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		last, err = Inspect(ctx, peer, false)
		cancel()
		if err == nil && last.Joined && !last.Replaces {
			return last
		}
		time.Sleep(25 * time.Millisecond)
	}
	c.t.Fatalf("the replica at %s has no vote: %+v, %v", peer, last, err)
	return last
}

// refused starts a replica that must end with one line.
func (c *cluster) refused(tier string, number int, want string) {
	c.t.Helper()
	p := c.start(tier, number)
	delete(c.up, fmt.Sprintf("%s/%d", tier, number))
	c.ends(p, want)
}

func (c *cluster) ends(p *member, want string) {
	c.t.Helper()
	select {
	case err := <-p.ended:
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			c.t.Errorf("got %v, want one line with %q", err, want)
		}
	case <-time.After(15 * time.Second):
		p.server.Stop()
		c.t.Errorf("the replica goes on, want it to end with %q", want)
	}
}

// Each replica of a tier loses its disk in turn, whoever leads, while clients are at work; every new log carries the group afterwards.
func TestLostReplicasAreReplacedUnderLoad(t *testing.T) {
	eachStyle(t, func(t *testing.T, a arm) {
		c := newCluster(t, a)
		c.startAll()
		l := c.load(4)
		l.more(10)
		for _, r := range []int{3, 1, 2} {
			c.lose("tier2", r)
			l.more(10)
			c.refused("tier2", r, fmt.Sprintf("has lost its log: put its data folder back, or, if that is gone for good, start it once with "+
				"an empty one and with replace in its place (midas replace tier2 %d", r))
			c.replace("tier2", r)
			s := c.whole(c.place.Tiers["tier2"][r-1].Peer)
			if s.Incarnation < 1<<lifeBits {
				t.Errorf("incarnation %d may have been that of a life before the loss", s.Incarnation)
			}
			l.more(10)
		}
		for r := 1; r <= 3; r++ {
			c.stop(fmt.Sprintf("tier2/%d", r))
			l.more(10)
			c.start("tier2", r)
			c.whole(c.place.Tiers["tier2"][r-1].Peer)
		}
		n := l.end()
		c.wantEqual()
		c.wantCounts(n)
	})
}

// The replica that takes over dies between its seat and its vote, and again; its folder remembers the operator's word. Its disk is lost a
// second time. Then the disks come back of which everybody believed that they are gone.
func TestReplacementIsCutShort(t *testing.T) {
	c := newCluster(t, arm{styleLeader, compensate.Reexecute})
	c.startAll()
	l := c.load(2)
	l.more(10)
	peer := c.place.Tiers["tier2"][1].Peer
	var lives []uint64
	for range 2 {
		old := c.folder("tier2", 2)
		c.stop("tier2/2")
		if err := os.Rename(old, fmt.Sprintf("%s.%d", old, len(lives))); err != nil {
			t.Fatal(err)
		}
		c.replace("tier2", 2)
		for range 3 {
			time.Sleep(150 * time.Millisecond)
			c.stop("tier2/2")
			c.start("tier2", 2)
		}
		s := c.whole(peer)
		lives = append(lives, s.Incarnation)
		l.more(10)
	}
	if lives[0] < 1<<lifeBits || lives[1]>>lifeBits <= lives[0]>>lifeBits {
		t.Errorf("incarnations %v, want those of each folder above the ones before", lives)
	}
	c.stop("tier2/2")
	now := c.folder("tier2", 2)
	for i := range lives {
		if err := os.Rename(now, now+".now"); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(fmt.Sprintf("%s.%d", now, i), now); err != nil {
			t.Fatal(err)
		}
		c.refused("tier2", 2, "another log has taken its place, so that its data folder is of no use any more")
		if err := os.RemoveAll(now); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(now+".now", now); err != nil {
			t.Fatal(err)
		}
	}
	c.start("tier2", 2)
	l.more(10)
	n := l.end()
	c.wantEqual()
	c.wantCounts(n)
}

// A replica moves to another address although it is well and leads: another leader takes over, the one that is replaced ends, and the tier
// above finds the new one.
func TestLeaderMoves(t *testing.T) {
	c := newCluster(t, arm{styleLeader, compensate.Reexecute})
	c.startAll()
	l := c.load(4)
	l.more(10)
	lead := c.quietLeader("tier3")
	key := fmt.Sprintf("tier3/%d", lead)
	old := c.up[key]
	delete(c.up, key)
	place := c.place
	place.Tiers = map[string][]Member{"tier2": place.Tiers["tier2"], "tier3": slices.Clone(place.Tiers["tier3"])}
	place.Tier, place.Replica, place.Replace, place.Data = "tier3", lead, true, c.folder("tier3", lead)+".moved"
	place.Tiers["tier3"][lead-1] = Member{ID: lead, Addr: freeAddr(t), Peer: freeAddr(t)}
	c.startAt(place)
	c.ends(old, "another log has taken its place")
	c.whole(place.Tiers["tier3"][lead-1].Peer)
	l.more(10)
	for _, other := range []int{1, 2, 3} { // the two that stay need the one that moved
		if other != lead {
			c.stop(fmt.Sprintf("tier3/%d", other))
			l.more(10)
			c.start("tier3", other)
			c.whole(c.place.Tiers["tier3"][other-1].Peer)
		}
	}
	n := l.end()
	c.place.Tiers = place.Tiers
	c.wantEqual()
	c.wantCounts(n)
}

// quietLeader is whom a replica of a tier believes to lead it.
func (c *cluster) quietLeader(tier string) int {
	c.t.Helper()
	for range 200 {
		if s, err := Inspect(context.Background(), c.place.Tiers[tier][0].Peer, false); err == nil && s.Leader != 0 {
			return s.Leader
		}
		time.Sleep(25 * time.Millisecond)
	}
	c.t.Fatal("nobody leads " + tier)
	return 0
}

// More than half of the group has to agree: while a second replica is away nothing changes, and afterwards all goes on.
func TestReplacementWaitsForMajority(t *testing.T) {
	c := newCluster(t, arm{styleLeader, compensate.Reexecute})
	c.startAll()
	l := c.load(2)
	l.more(5)
	c.lose("tier2", 3)
	c.stop("tier2/1")
	c.replace("tier2", 3)
	time.Sleep(time.Second)
	s, err := Inspect(t.Context(), c.place.Tiers["tier2"][2].Peer, false)
	if err != nil || s.Joined || !s.Replaces {
		t.Errorf("with one of three left the replica has its place: %+v, %v", s, err)
	}
	c.start("tier2", 1)
	c.whole(c.place.Tiers["tier2"][2].Peer)
	c.stop("tier2/2")
	l.more(5)
	c.start("tier2", 2)
	n := l.end()
	c.wantEqual()
	c.wantCounts(n)
}
