package world

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/midas-tiers/midas/tiers/core"
)

// The verbs of events as text. A place is TxRy, the replica y of tier x; an item is named KIND FROM>TO OP#n, the n-th of that name.
//
//	deliver ITEM       it comes to its receiver
//	drop ITEM          it is lost
//	dup ITEM           it comes, and will come again
//	commit PLACE       what the replica appended first comes into the log
//	lose PLACE N       the N-th that it appended never will
//	apply PLACE        the replica gets its next log entry, or an image if it is stuck
//	work PLACE N       its host is done with the N-th of what it works on
//	tick PLACE
//	elect PLACE        consensus elects it
//	believe PLACE N    it believes that replica N leads; 0: it does not know
//	crash, restart     its process ends; a new one starts with its disk
//	rejoin PLACE       a new process starts without the disk, with another's image
//	pause, resume      it does nothing for a while
//	apart, join        it is cut off from all other replicas, and from consensus
//	cut PLACE PLACE    nothing of the first reaches the second
//	heal               every cut is mended, every disk fast
//	slow PLACE         its appends wait until heal
//	barrier PLACE      its host asks for an image
//	expire PLACE OP CALL
//	timer PLACE        its host starts an op
//	client N asks R    client N sends its open requests to replica R of its tier
//	client N gives-up  it waits for its oldest request no more
//	client N dies
//	client N more      it has one more thing to ask for
var verbNames = [verbs]string{
	vDeliver: "deliver", vDrop: "drop", vDup: "dup", vCommit: "commit", vApply: "apply", vWork: "work", vAsk: "asks", vTick: "tick",
	vElect: "elect", vBelieve: "believe", vCrash: "crash", vRestart: "restart", vRejoin: "rejoin", vPause: "pause", vResume: "resume",
	vApart: "apart", vJoin: "join", vCut: "cut", vHeal: "heal", vSlow: "slow", vLose: "lose", vBarrier: "barrier", vGiveUp: "gives-up",
	vDie: "dies", vMore: "more", vExpire: "expire", vTimer: "timer",
}

// Verb says that the line begins like an event.
func Verb(line string) bool {
	name, _, _ := strings.Cut(line, " ")
	return name == "client" || slices.Contains(verbNames[:], name)
}

// text is the event as it means something in this world now.
func (w *World) text(e event) string {
	name := verbNames[e.verb]
	switch e.verb {
	case vDeliver, vDrop, vDup:
		if e.arg >= len(w.flight) {
			return ""
		}
		return name + " " + w.flight[e.arg].name
	case vAsk:
		return fmt.Sprintf("client %d %s %d", e.at, name, e.arg)
	case vGiveUp, vDie, vMore:
		return fmt.Sprintf("client %d %s", e.at, name)
	case vHeal:
		return name
	case vWork, vBelieve, vLose:
		return fmt.Sprintf("%s %s %d", name, w.all[e.at], e.arg)
	case vCut:
		return fmt.Sprintf("%s %s %s", name, w.all[e.at], w.all[e.arg])
	case vExpire:
		r := w.all[e.at]
		ids := w.tiers[r.tier].ids
		if e.arg/maxCalls >= len(ids) {
			return ""
		}
		return fmt.Sprintf("%s %s %s %d", name, r, ids[e.arg/maxCalls], e.arg%maxCalls+1)
	}
	return fmt.Sprintf("%s %s", name, w.all[e.at])
}

// parse reads an event; ok is false if it means nothing in this world now.
func (w *World) parse(text string) (e event, ok bool) {
	name, rest, _ := strings.Cut(text, " ")
	if name == "client" {
		return w.parseClient(rest)
	}
	v := slices.Index(verbNames[:], name)
	if v < 0 {
		return e, false
	}
	e.verb = verb(v)
	switch e.verb {
	case vDeliver, vDrop, vDup:
		e.arg = slices.IndexFunc(w.flight, func(x item) bool { return x.name == rest })
		return e, e.arg >= 0
	case vHeal:
		return e, true
	}
	place, arg, _ := strings.Cut(rest, " ")
	if e.at, ok = w.place(place); !ok {
		return e, false
	}
	switch e.verb {
	case vWork, vBelieve, vLose:
		var err error
		e.arg, err = strconv.Atoi(arg)
		return e, err == nil && e.arg >= 0 && (e.verb != vBelieve || e.arg <= replicas)
	case vCut:
		e.arg, ok = w.place(arg)
	case vExpire:
		id, call, _ := strings.Cut(arg, " ")
		n, known := w.tiers[w.all[e.at].tier].numbers[core.OpID(id)]
		c, err := strconv.Atoi(call)
		e.arg, ok = n*maxCalls+c-1, known && err == nil && c >= 1 && c <= maxCalls
	}
	return e, ok
}

func (w *World) parseClient(rest string) (e event, ok bool) {
	f := strings.Fields(rest)
	if len(f) < 2 {
		return e, false
	}
	v := slices.Index(verbNames[:], f[1])
	n, err := strconv.Atoi(f[0])
	if v < 0 || err != nil || n < 0 || n >= len(w.clients) {
		return e, false
	}
	e = event{verb: verb(v), at: n}
	if e.verb == vAsk {
		if len(f) < 3 {
			return e, false
		}
		e.arg, err = strconv.Atoi(f[2])
		return e, err == nil && e.arg >= 1 && e.arg <= replicas
	}
	return e, e.verb == vGiveUp || e.verb == vDie || e.verb == vMore
}

func (w *World) place(text string) (int, bool) {
	i := slices.IndexFunc(w.all, func(r *replica) bool { return r.String() == text })
	return i, i >= 0
}
