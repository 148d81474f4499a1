package core

import (
	"fmt"
	"strconv"
)

// brief writes an output in a few words.
func brief(o Output) string {
	switch o := o.(type) {
	case Append:
		return "append " + briefEntry(o.Entry)
	case Send:
		return "send " + briefMsg(o)
	case Run:
		text := fmt.Sprintf("run %s:%s", o.Op, o.Call)
		switch {
		case o.Read:
			text += " read"
		case o.Given != nil:
			text += " as " + o.Given.Exec
		}
		return text
	case Keep:
		return fmt.Sprintf("keep %s:%s", o.Op, o.Call)
	case Follow:
		return fmt.Sprintf("follow %s:%s %s", o.Op, o.Call, o.Outcome.Exec)
	case Perform:
		return fmt.Sprintf("perform %s:%s", o.Op, o.Call)
	case Answer:
		if !o.Durable {
			return fmt.Sprintf("answer %s %s, not durable", o.Op, o.Payload)
		}
		return fmt.Sprintf("answer %s %s", o.Op, o.Payload)
	case Refuse:
		return fmt.Sprintf("refuse %s floor %d", o.Op, o.Floor)
	case Verify:
		return fmt.Sprintf("verify %d", o.Token)
	case Capture:
		return fmt.Sprintf("capture at %d", o.Index)
	case CallRefused:
		return fmt.Sprintf("call refused %s:%s", o.Op, o.Call)
	case Stuck:
		return fmt.Sprintf("stuck at %d", o.Index)
	case Rebuild:
		return "rebuild"
	}
	return fmt.Sprintf("%T", o)
}

func briefEntry(e *Entry) string {
	if e.Kind == Lead {
		return fmt.Sprintf("lead of %d.%d, claim %d", e.Replica, e.Incarnation, e.Number)
	}
	text := nameOf(kinds, e.Kind)
	if e.Op != "" {
		text += fmt.Sprintf(" %s:%s", e.Op, e.Call)
	}
	if e.Epoch > 0 {
		text += fmt.Sprintf(" %d/%d", e.Epoch, e.Number)
	}
	for _, x := range []struct {
		name string
		o    *Outcome
	}{{"fwd", e.Fwd}, {"cb", e.Cb}, {"out", e.Out}} {
		if x.o != nil {
			text += " " + x.name + "=" + x.o.Exec
		}
	}
	for _, x := range []struct {
		so   bool
		word string
	}{{e.Active, "active"}, {e.Given, "given"}, {e.Floor > 0, fmt.Sprintf("floor=%d", e.Floor)}} {
		if x.so {
			text += " " + x.word
		}
	}
	return text
}

func briefMsg(s Send) string {
	m := s.Msg
	text := nameOf(msgKinds, m.Kind)
	if m.Entry != nil {
		text += " " + briefEntry(m.Entry)
	} else {
		text += " " + string(m.Op)
	}
	if m.Kind == Reply || m.Kind == Answered {
		text += fmt.Sprintf(" %q", m.Payload)
	}
	for _, x := range []struct {
		so   bool
		word string
	}{
		{m.Fwd != nil, "fwd"}, {m.Out != nil, "out"}, {m.Closed, "closed"}, {m.Mark > 0, fmt.Sprintf("mark=%d", m.Mark)},
		{m.Floor > 0, fmt.Sprintf("floor=%d", m.Floor)}, {m.Index > 0, fmt.Sprintf("index=%d", m.Index)},
		{m.Refusal != nil, "refusal"},
	} {
		if x.so {
			text += " " + x.word
			if x.word == "fwd" {
				text += "=" + m.Fwd.Exec
			}
			if x.word == "out" {
				text += "=" + m.Out.Exec
			}
		}
	}
	to := map[int]string{toLeader: "leader", toAll: "all"}[s.Replica]
	if to == "" {
		to = strconv.Itoa(s.Replica)
	}
	return fmt.Sprintf("%s to %s.%s", text, s.Tier, to)
}
