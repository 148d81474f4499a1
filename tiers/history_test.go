package tiers

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/anishathalye/porcupine"
	"google.golang.org/protobuf/proto"

	"github.com/midas-tiers/midas/tiers/wire"
)

// counter is a register that clients add one to, or read.
var counter = porcupine.Model{
	Init: func() any { return int64(0) },
	Step: func(state, input, output any) (bool, any) {
		n := state.(int64)
		if input == countMethod {
			n++
		}
		return output == n, n
	},
}

// history is what clients of the shelf saw, in steps of the system.
type history struct {
	s     *system
	steps int64
	open  []*asked
	done  []porcupine.Operation
}

type asked struct {
	*request
	client int
	call   int64
}

func (h *history) send(at wire.ID, client int, method string) {
	r := h.s.send(at, fmt.Sprintf("c%d/%d", client, len(h.done)+len(h.open)+1), method, 1)
	h.open = append(h.open, &asked{r, client, h.steps})
}

// step lets the system make a step, and notes what was answered.
func (h *history) step() {
	h.s.step()
	h.steps++
	h.collect()
}

func (h *history) collect() {
	h.s.t.Helper()
	var open []*asked
	for _, a := range h.open {
		if !a.answered() {
			open = append(open, a)
			continue
		}
		r, err := decodeReply((<-a.answer).Payload)
		if err == nil {
			err = r.err()
		}
		var got number
		if err == nil {
			err = proto.Unmarshal(r.Message, &got)
		}
		if err != nil {
			h.s.t.Fatalf("operation %s: %v", a.op, err)
		}
		h.done = append(h.done, porcupine.Operation{ClientId: a.client, Input: a.method, Call: a.call, Output: got.Value, Return: h.steps})
	}
	h.open = open
}

// end lets time pass until everything is answered.
func (h *history) end() {
	h.s.t.Helper()
	for range patience {
		h.s.tick(1)
		h.steps++
		if h.collect(); len(h.open) == 0 {
			return
		}
	}
	h.s.t.Fatalf("%d operations get no reply", len(h.open))
}

func (h *history) linearizable() bool {
	return porcupine.CheckOperationsTimeout(counter, h.done, 10*time.Second) == porcupine.Ok
}

// run has clients count and read at all replicas while leaders are cut off, and others are elected when the old one's lease has run out.
func (h *history) run(seed uint64) {
	r := rand.New(rand.NewPCG(seed, 9))
	ids := replicas("shelf")
	for round := range 4 {
		leader := ids[h.s.leader("shelf")-1]
		work := func(n int) {
			for range n {
				h.send(ids[r.IntN(len(ids))], r.IntN(1000), []string{countMethod, getMethod}[r.IntN(2)])
				for range r.IntN(6) {
					h.step()
				}
			}
		}
		work(4)
		cut := h.s.cut(leader)
		leased := true
		cut.lease = func() bool { return leased }
		work(3)
		leased = false
		h.s.groups["shelf"].Lead(1 + (leader.Replica+round%2)%replicasPerTier)
		work(6)
		cut.heal()
		work(2)
		h.end()
	}
}
