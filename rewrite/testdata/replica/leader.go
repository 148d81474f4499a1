package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	midasrt "github.com/midas-tiers/midas/runtime"
)

// handler runs the n-th request of a kind and returns its reply.
type handler func(s *server, ctx context.Context, n int) string

// pair is an op at the leader and at a follower.
type pair struct{ leader, follower *midasrt.Op }

// lead runs the n-th request in style leader: the second replica runs each sliver for the first time with the first one's trace.
func lead(mode midasrt.Mode, n int, sa, sb *server, handle handler) error {
	p := pair{midasrt.NewOp("a", mode), midasrt.NewOp("b", mode)}
	start := func(o *midasrt.Op, s *server) {
		o.Start(context.Background(), func(ctx context.Context) []byte { return []byte(handle(s, ctx, n)) })
	}
	start(p.leader, sa)
	stop, err := p.sliver(func() { start(p.follower, sb) })
	for err == nil && !stop.Done {
		c := stop.Calls[0]
		reply, failed := answer(p.leader, c, n)
		if failed != nil {
			return failed
		}
		p.leader.Resume(c.ID, reply)
		stop, err = p.sliver(func() { p.follower.Resume(c.ID, reply) })
	}
	return err
}

// sliver waits for the leader's and lets the follower run it, by next.
func (p pair) sliver(next func()) (midasrt.Stop, error) {
	want := p.leader.Wait()
	trace, _, err := p.leader.Trace()
	if err = errors.Join(err, p.leader.Err(), p.follower.Give(trace)); err != nil {
		return want, err
	}
	next()
	got := p.follower.Wait()
	if err := errors.Join(p.follower.Fits(), p.follower.Err()); err != nil {
		return want, err
	}
	same := want.Done == got.Done && bytes.Equal(want.Reply, got.Reply) && len(want.Calls) == len(got.Calls)
	for i := 0; same && i < len(want.Calls); i++ {
		w, g := want.Calls[i], got.Calls[i]
		same = w.ID == g.ID && w.Method == g.Method && w.Effect == g.Effect && bytes.Equal(w.Request, g.Request)
	}
	if !same {
		return want, fmt.Errorf("the leader came to %+v, the follower to %+v", want, got)
	}
	return want, nil
}

// answer is the reply to a nested request, or what came of an external effect, which only the leader performs.
func answer(leader *midasrt.Op, c *midasrt.Call, n int) ([]byte, error) {
	if !c.Effect {
		return reply(c.Method, n)
	}
	type outcome struct {
		result []byte
		err    error
	}
	done := make(chan outcome)
	leader.Perform(c.ID, func(result []byte, err error) { done <- outcome{result, err} })
	o := <-done
	return o.result, o.err
}
