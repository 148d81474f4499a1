package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/midas-tiers/midas/bench/sim/scenario"
	"github.com/midas-tiers/midas/bench/sim/world"
)

// failure is the lowest seed of a sweep that failed.
type failure struct {
	seed      uint64
	violation string
}

// sweeper runs seeds of one scenario on several goroutines.
type sweeper struct {
	s       *scenario.Scenario
	broken  string
	workers int
	until   time.Time // zero: no end but that of the seeds

	next   atomic.Uint64
	end    uint64
	failed atomic.Bool
	mu     sync.Mutex
	first  *failure
	cover  world.Cover
	err    error
}

// run runs the seeds from start to end and returns the first that fails; the goroutines stop at the first that one of them meets.
func (s *sweeper) run(ctx context.Context, start, end uint64) (*failure, world.Cover, error) {
	s.next.Store(start)
	s.end = end
	var wg sync.WaitGroup
	for range max(s.workers, 1) {
		wg.Go(func() { s.work(ctx) })
	}
	wg.Wait()
	if s.err == nil {
		s.err = ctx.Err()
	}
	return s.first, s.cover, s.err
}

func (s *sweeper) work(ctx context.Context) {
	f, err := s.s.Family(s.broken)
	for err == nil && ctx.Err() == nil && !s.failed.Load() && (s.until.IsZero() || time.Now().Before(s.until)) {
		seed := s.next.Add(1) - 1
		if seed >= s.end {
			break
		}
		if v := f.Run(seed); v != "" {
			s.note(seed, v)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.err = err
		return
	}
	c := f.Cover()
	s.cover.Add(&c)
}

func (s *sweeper) note(seed uint64, violation string) {
	s.failed.Store(true)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.first == nil || seed < s.first.seed {
		s.first = &failure{seed, violation}
	}
}

// sweep runs the seeds of all scenarios, and shrinks the first that fails.
func (o *options) sweep(ctx context.Context, w io.Writer, chosen []*scenario.Scenario) error {
	start, end := o.start, o.start+o.seeds
	for i, s := range chosen {
		sw := &sweeper{s: s, broken: o.broken, workers: o.workers}
		if o.duration > 0 {
			start, end = fresh(), ^uint64(0)
			sw.until = time.Now().Add(o.duration / time.Duration(len(chosen)))
			if i == 0 {
				fmt.Fprintf(w, "fresh seeds, %v for each of %d scenarios\n", o.duration/time.Duration(len(chosen)), len(chosen))
			}
		}
		begin := time.Now()
		failed, cover, err := sw.run(ctx, start, end)
		if err != nil {
			return fmt.Errorf("run scenario %s: %w", s.Name, err)
		}
		report(w, s.Name, start, &cover, time.Since(begin))
		if failed != nil {
			return o.explain(w, s, failed)
		}
	}
	return nil
}

// fresh is a seed that nobody has chosen.
func fresh() uint64 {
	var b [8]byte
	rand.Read(b[:])
	return binary.LittleEndian.Uint64(b[:]) >> 16
}

// explain prints a failing seed and its shrunk events.
func (o *options) explain(w io.Writer, s *scenario.Scenario, failed *failure) error {
	fmt.Fprintf(w, "VIOLATION %s\n%s seed %d", failed.violation, s.Name, failed.seed)
	if o.broken != "" {
		fmt.Fprintf(w, ", with %s broken, after %d seeds", o.broken, failed.seed-o.start+1)
	}
	f, err := s.Family(o.broken)
	if err != nil {
		return err
	}
	again := fmt.Sprintf("-scenario %s -start %d -seeds 1", s.Name, failed.seed)
	if o.broken != "" {
		again += " -break " + o.broken
	}
	fmt.Fprintf(w, " (run: %s)\nagain: go run ./bench/sim %s\n", f.Configuration(failed.seed), again)
	events, violation := f.At(failed.seed).ShrinkSeed(failed.seed)
	fmt.Fprintf(w, "%d events suffice for %s\n", len(events), violation)
	for _, e := range events {
		fmt.Fprintln(w, " ", e)
	}
	return errViolation
}
