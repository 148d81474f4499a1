package core

import (
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
)

// FuzzRestore: whatever an image holds, there is an error or a core that goes on.
func FuzzRestore(f *testing.F) {
	d := newDriver(nil)
	for _, line := range [][]string{
		{"leader", "1"}, {"commit"}, {"plan", "c/7", "calls=1"}, {"client", "c/7", "mark=7"}, {"commit"}, {"plan", "c/7:1", "replies=R"},
		{"receive", "reply", "c/7/1", "out=3.0.1"}, {"commit"}, {"barrier"}, {"commit"},
	} {
		d.command(line)
	}
	if d.image == nil {
		f.Fatal("no image")
	}
	f.Add(d.image)
	f.Add([]byte("\xa1\x67Version\x02"))
	f.Fuzz(func(t *testing.T, b []byte) {
		d := newDriver(t)
		if err := d.c.Restore(b, 9); err != nil {
			return
		}
		d.index = 9
		for _, line := range [][]string{
			{"leader", "1"}, {"commit"}, {"client", "c/7"}, {"client", "c/9"}, {"tick", "40"}, {"barrier"}, {"commit"}, {"dump"},
		} {
			d.command(line)
		}
	})
}

// FuzzInputs: whatever order inputs come in, whatever entries and messages say, no input panics.
func FuzzInputs(f *testing.F) {
	f.Add([]byte{})
	draw := rand.NewChaCha8([32]byte{})
	for range 400 {
		b := make([]byte, 1500)
		draw.Read(b)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		x := &fuzzer{bytes: b, d: newDriver(t)}
		x.d.core(words{"lanes": "2", "clients": "2", "replica": "1", fmt.Sprint(x.pick("waits", "keys", "circle")): ""})
		for len(x.bytes) > 0 {
			x.step()
		}
		x.d.c.Dump(io.Discard)
		x.d.c.Stats()
		x.d.c.Check()
	})
}

// fuzzer makes inputs of bytes, out of few names so that they meet.
type fuzzer struct {
	bytes   []byte
	d       *driver
	index   uint64
	running []Run
	follow  *Follow
}

func (x *fuzzer) n(most int) int {
	if len(x.bytes) == 0 {
		return 0
	}
	v := int(x.bytes[0]) % most
	x.bytes = x.bytes[1:]
	return v
}

func (x *fuzzer) pick(words ...string) string { return words[x.n(len(words))] }

func (x *fuzzer) op() OpID {
	return OpID(x.pick("c/1", "c/2", "c/1/1", "d@1/1", "d@3/1/a1", "e@2/5", "r:f/1", "x", "/", "", "c/", "c/9/1/1"))
}

func (x *fuzzer) call() CallID { return CallID(x.pick("", "1", "a1", "b1")) }

func (x *fuzzer) outcome() *Outcome {
	if x.n(3) == 0 {
		return nil
	}
	o := &Outcome{Exec: x.pick("", "1.0.1", "1.0.2", "2.0.1"), Alone: x.n(9) == 0}
	for range x.n(3) {
		o.Outs = append(o.Outs, Out{Call: x.call(), Tier: x.pick("A", "B"), Steady: x.n(2) == 0, Effect: x.n(4) == 0, OwnLog: x.n(4) == 0})
	}
	return o
}

func (x *fuzzer) entry() *Entry {
	c := x.d.c
	e := &Entry{
		Kind: Kind(x.n(7)), Epoch: c.epoch, Number: c.number + uint64(len(c.ordered)) + 1, Op: x.op(), Call: x.call(), Replica: x.n(4),
		From: x.pick("", "", "Z"), Mark: uint64(x.n(4)), Floor: uint64(x.n(3)), Active: x.n(2) == 0, Given: x.n(4) == 0,
		Fwd: x.outcome(), Cb: x.outcome(), Out: x.outcome(), Technique: x.pick("", Vanilla),
	}
	if x.n(6) == 0 {
		e.Epoch, e.Number = uint64(x.n(9)), uint64(x.n(9))
	}
	return e
}

func (x *fuzzer) msg() *Msg {
	m := &Msg{
		Kind: MsgKind(x.n(11)), FromTier: x.pick("A", "B", "Z"), FromReplica: x.n(4), Op: x.op(), Mark: uint64(x.n(4)), Floor: uint64(x.n(3)),
		Fwd: x.outcome(), Out: x.outcome(), Closed: x.n(3) == 0, Index: uint64(x.n(9)), Payload: []byte("p"),
	}
	if x.n(2) == 0 {
		m.Entry = x.entry()
	}
	if x.n(3) == 0 {
		m.Refusal = &Refuse{Op: m.Op}
	}
	return m
}

func (x *fuzzer) step() {
	c := x.d.c
	x.d.active = x.n(2) == 0
	switch x.n(14) {
	case 0, 1, 2:
		x.index++
		x.carry(c.Apply(x.index, x.entry()))
	case 3, 4:
		x.carry(c.Receive(x.msg()))
	case 5, 6:
		x.answer()
	case 7:
		x.carry(c.Leader(x.n(3)))
	case 8:
		x.carry(c.Tick())
	case 9:
		x.carry(c.Client(&ClientRequest{Op: x.op(), Mark: uint64(x.n(4)), Read: x.n(3) == 0}))
	case 10:
		c.Gone(x.op())
	case 11:
		x.carry(c.Expire(x.op(), x.call(), nil))
	case 12:
		x.carry(c.Performed(x.op(), x.call(), nil))
		x.carry(c.Verified(uint64(x.n(4))))
	case 13:
		x.carry(c.Barrier())
	}
	x.commit()
}

// commit brings what the core appended into the log, or loses it.
func (x *fuzzer) commit() {
	for len(x.d.appended) > 0 {
		e := *x.d.appended[0]
		x.d.appended = x.d.appended[1:]
		if x.n(5) > 0 {
			x.index++
			x.carry(x.d.c.Apply(x.index, &e))
		}
	}
}

func (x *fuzzer) carry(outs []Output) {
	for _, o := range outs {
		switch o := o.(type) {
		case Append:
			x.d.appended = append(x.d.appended, o.Entry)
		case Run:
			x.running = append(x.running, o)
		case Follow:
			x.follow = &o
		case Rebuild, Stuck:
			x.d.c.Reset()
			x.running, x.follow = nil, nil
		}
	}
}

// answer answers a run or follow that is with the host.
func (x *fuzzer) answer() {
	if f := x.follow; f != nil {
		x.follow = nil
		x.carry(x.d.c.Followed(f.Op, f.Call, nil))
		return
	}
	if len(x.running) == 0 {
		return
	}
	i := x.n(len(x.running))
	r := x.running[i]
	x.running = append(x.running[:i:i], x.running[i+1:]...)
	ran := Ran{Op: r.Op, Call: r.Call, Drew: x.n(2) == 0}
	if o := x.outcome(); o != nil {
		ran.Outcome = *o
	}
	x.carry(x.d.c.Ran(ran))
}
