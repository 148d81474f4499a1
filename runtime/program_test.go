package midasrt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// step is a statement of a random handler.
type step struct {
	kind   kind
	strand int     // of a start: the index of its list of values
	body   []*step // of closure, cut and start; a cut has draws only
}

type kind int

const (
	stepInt kind = iota
	stepTime
	stepError
	stepDo
	stepCut
	stepStart
	stepCall // at the root's top level
)

var programSites = Sites("example.com/p", "p.int random 0 p.go:1", "p.time time 0 p.go:2", "p.error file 0 p.go:3", "p.cut cut 0 p.go:4")

// grammar makes random handlers.
type grammar struct {
	*rapid.T
	strands int
}

func (g *grammar) steps(depth int, kinds ...kind) []*step {
	var body []*step
	for range rapid.IntRange(0, depth+1).Draw(g.T, "length") {
		s := &step{kind: rapid.SampledFrom(kinds).Draw(g.T, "kind")}
		switch {
		case s.kind == stepCut:
			s.body = g.steps(0, stepInt)
		case s.kind == stepDo && depth > 0:
			s.body = g.steps(depth-1, stepInt, stepTime, stepError, stepCut, stepDo, stepStart)
		case s.kind == stepStart && depth > 0:
			g.strands++
			s.strand = g.strands
			s.body = g.steps(depth-1, stepInt, stepTime, stepError, stepCut, stepDo, stepStart)
		}
		body = append(body, s)
	}
	return body
}

// play runs a handler at one replica; the lists, one for each strand, are its state.
type play struct {
	base  int64 // of what the replica draws
	drawn atomic.Int64
	lists [][]any
}

func (p *play) next() int64 { return p.base + p.drawn.Add(1) }

func (p *play) note(strand int, v any) { *P(&p.lists[strand]) = Append(p.lists[strand], v) }

func (p *play) run(strand int, body []*step) {
	var wg sync.WaitGroup
	defer wg.Wait()
	for i, s := range body {
		switch s.kind {
		case stepDo:
			Do(func() { p.run(strand, s.body) })
		case stepStart:
			wg.Go(Strand(func() { p.run(s.strand, s.body) }))
		case stepCall:
			_, _ = Here().Park(&Call{})
		default:
			draw := func() { p.note(strand, p.value(s)) }
			if i%2 == 0 && Here().mode.Records() {
				draw() // needs no tape
			} else {
				Do(draw)
			}
		}
	}
}

func (p *play) value(s *step) any {
	switch s.kind {
	case stepTime:
		return Rec(programSites[1], func() time.Time { return time.Unix(p.next(), 0) })
	case stepError:
		text, err := Rec2(programSites[2], func() (string, error) { return fmt.Sprint(p.next()), io.EOF })
		return []any{text, err == io.EOF}
	case stepCut:
		return Cut(programSites[3], func() (sum int64) {
			for range s.body {
				sum += Rec(programSites[0], p.next)
			}
			return sum
		})
	}
	return Rec(programSites[0], p.next)
}

// follow runs programs a and b, sliver by sliver, at two replicas, the second following the first in the style of mode.
func follow(mode Mode, strands int, a, b []*step) (diff string, err error) {
	plays := [2]*play{{base: 1000, lists: make([][]any, strands+1)}, {base: 5000, lists: make([][]any, strands+1)}}
	ops := [2]*Op{NewOp("first", mode), NewOp("second", mode)}
	var stop Stop
	for sliver := 0; !stop.Done; sliver++ {
		run := func(i int, body []*step) {
			if sliver == 0 {
				ops[i].Start(context.Background(), func(context.Context) []byte { plays[i].run(0, body); return nil })
			} else {
				ops[i].Resume(fmt.Sprint(sliver), nil)
			}
		}
		run(0, a)
		stop = ops[0].Wait()
		trace, _, err := ops[0].Trace()
		if err != nil {
			return "", err
		}
		if mode.Records() {
			err = ops[1].Give(trace)
		}
		run(1, b)
		ops[1].Wait()
		if !mode.Records() {
			ops[0].Keep()
			ops[1].Undo()
			err = ops[1].Replay(trace)
		}
		if err := errors.Join(err, ops[0].Err(), ops[1].Err(), ops[1].Fits()); err != nil {
			return "", err
		}
		if d := cmp.Diff(plays[0].lists, plays[1].lists); d != "" {
			return fmt.Sprintf("sliver %d: %s", sliver, d), nil
		}
	}
	return "", nil
}

var everyMode = rapid.SampledFrom([]Mode{ModeSource, ModeCut, ModeRecord, ModeRecordCut})

func (g *grammar) program() []*step {
	return g.steps(3, stepInt, stepTime, stepError, stepCut, stepDo, stepStart, stepCall)
}

// A trace makes another execution of the same program equal to the one that it was recorded of.
func TestTracesCarryRandomPrograms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := &grammar{T: t}
		program, mode := g.program(), everyMode.Draw(t, "mode")
		if diff, err := follow(mode, g.strands, program, program); diff != "" || err != nil {
			t.Fatalf("mode %d: %v\n%s", mode, err, diff)
		}
	})
}

// A trace does not fit a program that has a draw more, less or elsewhere.
func TestTracesDoNotFitOtherPrograms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := &grammar{T: t}
		program := g.program()
		mutant, mode := g.mutated(program), everyMode.Draw(t, "mode")
		if rapid.Bool().Draw(t, "less") {
			program, mutant = mutant, program
		}
		if _, err := follow(mode, g.strands, program, mutant); !errors.Is(err, errMisfit) {
			t.Fatalf("mode %d: %v", mode, err)
		}
	})
}

// mutated is a copy of a program with one draw changed, or one more.
func (g *grammar) mutated(body []*step) []*step {
	var draws []*step
	var bodies []*[]*step
	all := duplicate(body, &draws, &bodies)
	bodies = append(bodies, &all)
	if len(draws) > 0 && rapid.Bool().Draw(g.T, "change") {
		s := rapid.SampledFrom(draws).Draw(g.T, "changed")
		s.kind = (s.kind + 1) % (stepError + 1)
	} else {
		b := rapid.SampledFrom(bodies).Draw(g.T, "longer")
		*b = append(*b, &step{kind: stepInt})
	}
	return all
}

// duplicate copies a program and notes its draws outside cuts and its bodies.
func duplicate(body []*step, draws *[]*step, bodies *[]*[]*step) []*step {
	var all []*step
	for _, s := range body {
		c := *s
		switch {
		case s.kind <= stepError:
			*draws = append(*draws, &c)
		case s.kind != stepCut && s.kind != stepCall:
			c.body = duplicate(s.body, draws, bodies)
			*bodies = append(*bodies, &c.body)
		}
		all = append(all, &c)
	}
	return all
}
