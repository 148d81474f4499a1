package order

import (
	"encoding/binary"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"
)

// BenchmarkAppend measures a group of three with so many entries of 256 bytes under way, from Append to After at the leader.
func BenchmarkAppend(b *testing.B) {
	for _, store := range []string{"memory", "disk"} {
		for _, outstanding := range []int{1, 16, 256} {
			b.Run(fmt.Sprintf("%s/outstanding=%d", store, outstanding), func(b *testing.B) {
				_, leader := benchGroup(b, store).lead()
				took := appendAll(b, leader, outstanding)
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "entries/s")
				report(b, took)
			})
		}
	}
}

func benchGroup(b *testing.B, store string) *group {
	dir := ""
	if store == "disk" {
		dir = b.TempDir()
	}
	return (&group{t: b, dir: dir, log: slog.New(slog.DiscardHandler), calm: true}).start()
}

// appendAll appends b.N entries and returns how long each took to come back.
func appendAll(b *testing.B, leader Log, outstanding int) []time.Duration {
	sent, took := make([]time.Time, b.N), make([]time.Duration, 0, b.N)
	var at uint64
	_, before := leader.After(0, 1<<20)
	for _, e := range before {
		at = e.Index
	}
	b.ResetTimer()
	for next := 0; len(took) < b.N; {
		for ; next < b.N && next-len(took) < outstanding; next++ {
			data := make([]byte, 256)
			binary.BigEndian.PutUint64(data, uint64(next))
			sent[next] = time.Now()
			if !leader.Append(data) {
				b.Fatal("the leader refuses an entry")
			}
		}
		<-leader.Ready()
		_, entries := leader.After(at, 1<<20)
		for _, e := range entries {
			took = append(took, time.Since(sent[binary.BigEndian.Uint64(e.Data)]))
			at = e.Index
		}
		if len(took)%4096 < len(entries) {
			leader.Capture(Image{Index: at}) // the history is cut as in a node
		}
	}
	b.StopTimer()
	return took
}

func report(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(0, "ns/op")
	for _, p := range []int{50, 99} {
		b.ReportMetric(float64(took[(len(took)-1)*p/100].Microseconds()), fmt.Sprintf("p%d-us", p))
	}
}

// BenchmarkVerify measures a round in an idle group, and in one that is busy writing to disk.
func BenchmarkVerify(b *testing.B) {
	for _, load := range []string{"idle", "busy"} {
		b.Run(load, func(b *testing.B) {
			_, leader := benchGroup(b, "disk").lead()
			if load == "busy" {
				defer keepBusy(leader)()
			}
			took := make([]time.Duration, 0, b.N)
			for b.Loop() {
				start, verdict := time.Now(), make(chan bool, 1)
				leader.Verify(func(leads bool) { verdict <- leads })
				if !<-verdict {
					b.Fatal("the leader is not verified")
				}
				took = append(took, time.Since(start))
			}
			report(b, took)
		})
	}
}

// keepBusy keeps 16 entries under way until its result is called.
func keepBusy(leader Log) func() {
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		data := make([]byte, 256)
		for range 16 {
			leader.Append(data)
		}
		var at uint64
		for {
			select {
			case <-stop:
				return
			case <-leader.Ready():
			}
			_, entries := leader.After(at, 1<<20)
			for _, e := range entries {
				at = e.Index
				leader.Append(data)
			}
			leader.Capture(Image{Index: at})
		}
	}()
	return func() { close(stop); <-ended }
}

// BenchmarkFollower measures in an otherwise idle group how long after the leader a follower has an entry.
func BenchmarkFollower(b *testing.B) {
	g := benchGroup(b, "memory")
	r, leader := g.lead()
	follower := g.logs[r%3+1]
	var at uint64
	took := make([]time.Duration, 0, b.N)
	next := func(l Log) uint64 {
		for {
			if _, entries := l.After(at, 1); len(entries) > 0 {
				return entries[0].Index
			}
			<-l.Ready()
		}
	}
	for b.Loop() {
		leader.Append([]byte("x"))
		next(leader)
		start := time.Now()
		at = next(follower)
		took = append(took, time.Since(start))
	}
	report(b, took)
}
