package core

import "testing"

func TestOffers(t *testing.T) {
	two := call("a1")
	unsteady := call("1")
	unsteady.Steady = false
	for _, tt := range []struct {
		name string
		ran  Ran
		want []string
	}{
		{"one steady request is offered", drew(call("1")), []string{"request offer c/1/1 to B leader"}},
		{"two are settled first", drew(call("1"), two), []string{"propose settle c/1"}},
		{"an unsteady one is settled first", drew(unsteady), []string{"propose settle c/1"}},
		{"no output is settled too", drew(), []string{"propose settle c/1"}},
		{"nothing drawn is final", same(call("1")), []string{"keep c/1:", "request c/1/1 to B leader"}},
		{"two finals", same(call("1"), two), []string{"keep c/1:", "request c/1/1 to B leader", "request c/1/a1 to B leader"}},
		{"a client's reply is settled first", drew(Out{Payload: []byte("r")}), []string{"propose settle c/1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := drive(t, 1)
			want(t, "ask", ask(d), "propose begin c/1")
			d.runs["c/1 "] = tt.ran
			want(t, "outputs", d.apply(begin), tt.want...)
		})
	}
}

// TestFanOut: two calls that were settled together are answered one after the other, in the log's order, and may be in flight at once.
func TestFanOut(t *testing.T) {
	d := drive(t, 1)
	ask(d)
	d.runs["c/1 "] = drew(call("a1"), call("b1"))
	d.apply(begin)
	out := &Outcome{Exec: "2.0.1", Outs: []Out{call("a1"), call("b1")}}
	want(t, "settle", d.apply(&Entry{Kind: Settle, Op: "c/1", Out: out}), "follow 2.0.1", "request c/1/a1 to B leader", "request c/1/b1 to B leader")
	d.runs["c/1 b1"] = same()
	d.runs["c/1 a1"] = same(Out{Payload: []byte("r")})
	want(t, "first", d.apply(&Entry{Kind: Resume, Op: "c/1", Call: "b1"}), "keep c/1:b1")
	want(t, "second", d.apply(&Entry{Kind: Resume, Op: "c/1", Call: "a1"}), "keep c/1:a1", "answer r")
}

// TestOneSpeaks: only the replica that proposed the entry speaks; another one does after some ticks, first to the leader.
func TestOneSpeaks(t *testing.T) {
	d := drive(t, 2)
	d.runs["c/1 "] = drew(call("1"))
	want(t, "begin", d.apply(begin))
	want(t, "first word", d.ticks(5), "request offer c/1/1 to B leader")
	want(t, "second", d.ticks(10), "request offer c/1/1 to B all")
}

// TestEdgeSpeaks: a client waits at two replicas, or one has handed its Begin to the other. The one whose Begin is in the log speaks.
func TestEdgeSpeaks(t *testing.T) {
	edge, other := drive(t, 1), drive(t, 2)
	for _, d := range []*driver{edge, other} {
		want(t, "ask", ask(d), "propose begin c/1")
		d.runs["c/1 "] = drew(Out{Payload: []byte("r")})
	}
	want(t, "edge", edge.apply(begin), "propose settle c/1")
	want(t, "other", other.apply(begin))
	want(t, "other, later", other.ticks(5), "propose settle c/1")
}

func TestFast(t *testing.T) {
	fast := func(c *Config) { c.Fast = true }
	edge, other := drive(t, 1, fast), drive(t, 2, fast)
	ask(edge)
	ask(other)
	edge.runs["c/1 "] = drew(Out{Payload: []byte("mine")})
	other.runs["c/1 "] = drew(Out{Payload: []byte("other")})
	want(t, "edge", edge.apply(begin), "answer mine", "propose settle c/1")
	want(t, "other", other.apply(begin))
	want(t, "other, patient", other.ticks(suspectTicks-1))
	want(t, "other, suspicious", other.ticks(1), "propose settle c/1")
	chosen := &Outcome{Exec: "1.0.1", Outs: []Out{{Payload: []byte("mine")}}}
	want(t, "other, settled", other.apply(&Entry{Kind: Settle, Op: "c/1", Out: chosen}), "follow 1.0.1", "answer mine")
}

// TestCallback walks through an offered reply on the caller's side.
func TestCallback(t *testing.T) {
	d := drive(t, 1)
	ask(d)
	d.runs["c/1 "] = same(call("1"))
	d.apply(begin)
	reply := &Msg{Kind: Reply, FromTier: "B", FromReplica: 3, Op: "c/1/1", Payload: []byte("r"), Out: &Outcome{Exec: "3.0.1", Outs: []Out{{}}}}
	want(t, "reply", brief(d.c.Receive(reply)), "propose resume:1 c/1")
	want(t, "again", brief(d.c.Receive(reply)))
	d.runs["c/1 1"] = same(Out{Payload: []byte("done")})
	want(t, "resume", d.apply(&Entry{Kind: Resume, Op: "c/1", Call: "1", Reply: []byte("r"), Cb: reply.Out}),
		"callback c/1/1 to B leader", "keep c/1:1", "answer done")
	if d.c.Quiet() {
		t.Error("quiet while a callback is owed")
	}
	want(t, "mark", d.apply(&Entry{Kind: Begin, Op: "c/1", Mark: 2}))
	want(t, "late offer, told just now", brief(d.c.Receive(reply)))
	outs := d.c.Tick()
	for len(outs) == 0 {
		outs = d.c.Tick()
	}
	want(t, "unanswered", brief(outs), "callback c/1/1 to B all")
	if m := outs[0].(Send).Msg; string(m.Payload) != "r" || m.Out.Exec != "3.0.1" {
		t.Errorf("callback carries %q of %s", m.Payload, m.Out.Exec)
	}
	d.c.tick += 10
	want(t, "late offer", brief(d.c.Receive(reply)), "callback c/1/1 to B")
	want(t, "ack", brief(d.c.Receive(&Msg{Kind: Ack, Op: "c/1/1"})), "forget c/1")
	want(t, "late offer to a forgotten op", brief(d.c.Receive(reply)), "callback closed c/1/1 to B")
	want(t, "late request", brief(d.c.Client(&ClientRequest{Op: "c/1"})), "refuse c/1")
	want(t, "late nested request", brief(d.c.Receive(&Msg{Kind: Request, FromTier: "Z", FromReplica: 2, Op: "c/1/7"})), "refused c/1/7 to Z")
	if !d.c.Quiet() {
		t.Error("not quiet")
	}
}

// TestClosed: what is answered or settled is not said again.
func TestClosed(t *testing.T) {
	d := drive(t, 2)
	d.runs["c/1 "] = drew(call("a1"), call("b1"))
	d.apply(begin)
	out := &Outcome{Exec: "1.0.1", Outs: []Out{call("b1"), call("c1")}}
	settle := &Entry{Kind: Settle, Op: "c/1", Out: out}
	want(t, "settle", d.apply(settle), "follow 1.0.1")
	want(t, "settle again", d.apply(settle))
	want(t, "a call of the own execution only", d.apply(&Entry{Kind: Resume, Op: "c/1", Call: "a1"}))
	d.runs["c/1 b1"] = same()
	want(t, "a chosen one", d.apply(&Entry{Kind: Resume, Op: "c/1", Call: "b1"}), "keep c/1:b1")
	want(t, "resumed again", d.apply(&Entry{Kind: Resume, Op: "c/1", Call: "b1"}))
	want(t, "the one that is open", d.ticks(5), "request c/1/c1 to B leader")
}

// TestChoice is the same on the callee's side.
func TestChoice(t *testing.T) {
	d := drive(t, 2)
	req := &Msg{Kind: Request, FromTier: "Z", FromReplica: 3, Op: "c/1/1", Method: "/a/M", Technique: "contaminated", Fwd: &Outcome{Exec: "3.0.9"}}
	want(t, "request", brief(d.c.Receive(req)), "propose begin c/1/1")
	d.runs["c/1/1 "] = drew(Out{Payload: []byte("mine")})
	nested := &Entry{Kind: Begin, Op: "c/1/1", From: "Z", Technique: "contaminated", Fwd: req.Fwd}
	want(t, "begin", d.apply(nested), "reply offer c/1/1 to Z leader")
	want(t, "again", brief(d.c.Receive(req)), "reply offer c/1/1 to Z")
	chosen := &Outcome{Exec: "1.0.1", Trace: []byte("x"), Outs: []Out{{}}}
	cb := &Msg{Kind: Callback, FromTier: "Z", FromReplica: 3, Op: "c/1/1", Payload: []byte("theirs"), Out: chosen}
	outs := d.c.Receive(cb)
	want(t, "callback", brief(outs), "propose settle c/1/1")
	e := outs[0].(Propose).Entry
	if got := string(e.Out.reply().Payload); got != "theirs" {
		t.Errorf("settle carries the reply %q", got)
	}
	want(t, "settle", d.apply(e), "follow 1.0.1", "ack c/1/1 to Z all")
	want(t, "callback again", brief(d.c.Receive(cb)), "ack c/1/1 to Z")
	outs = d.c.Receive(req)
	want(t, "request again", brief(outs), "reply c/1/1 to Z")
	if m := outs[0].(Send).Msg; string(m.Payload) != "theirs" || m.Fwd.Exec != "3.0.9" {
		t.Errorf("duplicate answered with %q, request of %s", m.Payload, m.Fwd.Exec)
	}
}

// TestEconomy: in a calm network nothing is in a log twice, and little is sent.
func TestEconomy(t *testing.T) {
	for _, tt := range []struct {
		classes string
		logs    []int
		sent    uint64
	}{
		{"C", []int{3, 2}, 6}, // begin, resume, settle; begin, settle: request, reply, callback, three acks
		{"D", []int{2, 1}, 2},
	} {
		cfg := simConfig{topology: "chain2", technique: "reexecute", classes: tt.classes, clients: 1, ops: 1, keys: 1, window: 1}
		w := newWorld(cfg, 1)
		w.event("client 0 asks 2")
		w.drain()
		var sent uint64
		for i, T := range w.tiers {
			if len(T.log) != tt.logs[i] {
				t.Errorf("%s: %d entries in the log of T%d, want %d", tt.classes, len(T.log), i+1, tt.logs[i])
			}
			for _, r := range T.replicas {
				sent += r.core.Stats().Sent
			}
		}
		if s := w.check(); s != "" {
			t.Errorf("%s: %s", tt.classes, s)
		}
		if sent > tt.sent {
			t.Errorf("%s: %d sends, want at most %d", tt.classes, sent, tt.sent)
		}
	}
}
