package core

import (
	"strconv"
	"strings"
)

// OpID names an operation the same way at every replica and for every retry: "CLIENT/SEQ" for a client's request, and for a nested
// call the parent's id, a slash and the CallID.
type OpID string

// CallID names a nested call within its op: the strand's path (a letter for each goroutine start) and the call's number there.
type CallID string

// Parent splits a nested op's id; ok is false for a client's own request.
func (id OpID) Parent() (parent OpID, call CallID, ok bool) {
	i := strings.LastIndexByte(string(id), '/')
	if i < 0 || strings.Count(string(id), "/") < 2 {
		return "", "", false
	}
	return id[:i], CallID(id[i+1:]), true
}

// Nested is the id of the op that call starts in its callee.
func (id OpID) Nested(call CallID) OpID { return id + "/" + OpID(call) }

// Root gives the client's name and the number of its request; ok is false if the id does not start with CLIENT/NUMBER.
func (id OpID) Root() (client string, seq uint64, ok bool) {
	client, rest, ok := strings.Cut(string(id), "/")
	if !ok || client == "" {
		return "", 0, false
	}
	number, _, _ := strings.Cut(rest, "/")
	seq, err := strconv.ParseUint(number, 10, 64)
	return client, seq, err == nil
}

// Out is one thing that a sliver emits: a nested request, or the op's reply.
type Out struct {
	Call    CallID // "" for the reply
	Tier    string // callee; "" for the reply
	Method  string // full gRPC method of the nested request
	Payload []byte // the message (with status, for a reply), encoded by the host
	Meta    []byte // outgoing metadata of the nested request, encoded by the host
	// Steady says that analysis proved the call, its target and its number uncontaminated and that the caller cannot give up, so
	// that the request may be offered.
	Steady bool
	// OwnLog, of a reply, says that another execution of the sliver might emit a request instead, so that the own log must decide
	// before the reply leaves.
	OwnLog bool
}

// Outcome is one execution of a sliver: who ran it, the values it drew, what it emitted.
type Outcome struct {
	Exec  string // execution id REPLICA.INCARNATION.RUN: no other execution of the tier has it
	Trace []byte // first-hand values or cuts, encoded by midasrt; empty when nothing was drawn
	Full  []byte // whole copies: of the state (technique full) or of the contaminated footprint's fields (fall-back)
	Outs  []Out
	// Alone says that no other replica can follow: the host failed to put into words what was drawn. The others wait for an image.
	Alone bool
}

// Kind of an Entry.
type Kind uint8

// Kinds of entries.
const (
	Begin Kind = iota + 1
	Resume
	Settle
	Barrier   // hold later Begins until the operations in flight have ended, then capture an image
	Unbarrier // the barrier at log index Ref is abandoned
)

// Entry is one entry of a tier's log.
type Entry struct {
	Kind Kind
	Op   OpID
	Call CallID // Resume: the call that is answered; Settle: the call whose Resume started the sliver, "" for the first

	// Begin
	From      string // calling tier, "" for a client
	Edge      int    // replica that proposed it and speaks first, and in commit mode fast answers ahead of the Settle; 0 for nested
	Method    string
	Request   []byte
	Meta      []byte
	Technique string
	Mark      uint64 // the client's low-water mark: every lower sequence number is answered and will not be asked again

	Fwd   *Outcome // Begin: the caller's outcome if the request was an offer. Resume: own forward outcome if the callee's log chose it
	Reply []byte   // Resume
	Cb    *Outcome // Resume: the callee's outcome if its reply was an offer; a callback is owed
	Out   *Outcome // Settle
	Ref   uint64   // Unbarrier: index of the barrier
}

// MsgKind of a Msg.
type MsgKind uint8

// Kinds of messages between replicas of different tiers. All may be lost, repeated or reordered.
const (
	Request  MsgKind = iota + 1 // nested request
	Reply                       // its reply
	Callback                    // which offered reply stands (Outcome nil: none of them, settle in your own log)
	Ack                         // the callback's effect is in the log
	Refused                     // the op is below the low-water mark
)

// Msg is one message between replicas of different tiers.
type Msg struct {
	Kind        MsgKind
	FromTier    string
	FromReplica int
	Op          OpID   // the callee's op, in every kind
	Method      string // Request
	Payload     []byte
	Meta        []byte
	Technique   string
	Mark        uint64
	Fwd         *Outcome // Request: the caller's outcome if it is an offer. Reply: the outcome of the request that the callee's log took
	Out         *Outcome // Reply: the callee's outcome if it is an offer. Callback: the outcome that stands
	Closed      bool     // Callback without outcome: the call is closed
}

// ClientRequest is a request that reached this replica over its service port.
type ClientRequest struct {
	Op        OpID
	Mark      uint64
	Method    string
	Request   []byte
	Meta      []byte
	Technique string
}

// Footprint is what the slivers that start at one point may touch. Fields are "pkg.Type.field"; "*" meets everything.
type Footprint struct {
	Full         []string // all persistent fields read or written
	Contaminated []string // contaminated writes, and reads at contaminated locations or under contaminated branches
}

// Output is what a step asks of the host. Outputs are carried out in order.
type Output interface{ output() }

type (
	// Propose asks that the entry be appended to this tier's log. It may be lost; the core proposes again on Tick.
	Propose struct{ Entry *Entry }
	// Send asks that the message be sent. Replica 0 means the tier's believed leader; -1 means every replica.
	Send struct {
		Tier    string
		Replica int
		Msg     *Msg
	}
	// Run asks the host to run one sliver until it parks or ends, and to answer with Ran before any other input. Call is "" for the
	// first sliver of the op; otherwise Reply is the answer to that call.
	Run struct {
		Op    OpID
		Call  CallID
		Begin *Entry // first sliver: the Begin entry
		Reply []byte
	}
	// Keep says that this replica's own execution of the sliver stands: the tape can go.
	Keep struct {
		Op   OpID
		Call CallID
	}
	// Follow asks the host to make the sliver equal to the outcome: undo, replay, whole copies. The host answers with Followed
	// before any other input.
	Follow struct {
		Op      OpID
		Call    CallID
		Outcome *Outcome
	}
	// Answer gives the client's reply to whoever waits for it at this replica.
	Answer struct {
		Op      OpID
		Payload []byte
	}
	// Refuse tells whoever waits at this replica that the op is below its client's low-water mark and will not run.
	Refuse struct{ Op OpID }
	// Capture asks the host to take an image now: the state and Core.Snapshot, at exactly this index. Nothing is in flight.
	Capture struct{ Index uint64 }
	// Forget says that the op will not be asked for again.
	Forget struct{ Op OpID }
	// Stuck says that this replica could not follow a trace at the index; it takes part in nothing until an image at or after it is
	// installed.
	Stuck struct{ Index uint64 }
)

func (Propose) output() {}
func (Send) output()    {}
func (Run) output()     {}
func (Keep) output()    {}
func (Follow) output()  {}
func (Answer) output()  {}
func (Refuse) output()  {}
func (Capture) output() {}
func (Forget) output()  {}
func (Stuck) output()   {}

// Config of a Core. All fields are required unless a zero value is described.
type Config struct {
	Tier        string
	Replica     int    // 1..n
	Incarnation uint64 // differs at every start of this replica
	Fast        bool   // commit mode: the edge replica answers its client before the Settle is durable
	// Footprint of the slivers of method that start at from ("" or the full method of the call that was answered). Pure.
	Footprint func(method, from, technique string) Footprint
	// OffersRequests says that requests to this tier may be offered: the edge is on no circle of the tier graph. Pure.
	OffersRequests func(callee string) bool
}

// Ran is the host's answer to Run.
type Ran struct {
	Op      OpID
	Call    CallID
	Outcome Outcome // Exec is filled in by the core
	Drew    bool    // a first-hand value was drawn; if not, the sliver is deterministic
}
