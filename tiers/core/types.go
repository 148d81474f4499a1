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
	if i < 0 || strings.IndexByte(string(id), '/') == i {
		return "", "", false
	}
	return id[:i], CallID(id[i+1:]), true
}

// Nested is the id of the op that call starts in its callee.
func (id OpID) Nested(call CallID) OpID { return id + "/" + OpID(call) }

// Root gives the client's name, REALM:NAME@BIRTH, and the number of its request; ok is false if the id does not start with
// CLIENT/NUMBER.
func (id OpID) Root() (client string, seq uint64, ok bool) {
	client, rest, ok := strings.Cut(string(id), "/")
	if !ok || client == "" {
		return "", 0, false
	}
	number, _, _ := strings.Cut(rest, "/")
	seq, err := strconv.ParseUint(number, 10, 64)
	return client, seq, err == nil
}

// Out is one thing that a sliver emits: a nested request, an external effect, or the op's reply.
type Out struct {
	Call    CallID // "" for the reply
	Tier    string // callee; "" for the reply and for an effect
	Method  string // full gRPC method of the nested request, or what the effect is called
	Payload []byte // the message (with status, for a reply), encoded by the host
	Meta    []byte // outgoing metadata of the nested request, encoded by the host
	// Effect says that the call is an external effect: the leader has its host perform it once the sliver is settled and durable, and
	// the result is the call's answer at every replica.
	Effect bool
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
	Checkpoint // nothing is in flight: every replica takes an image here
	Lead       // a replica begins to lead: its index is the epoch of the entries that it orders
)

// Entry is one entry of a tier's log.
type Entry struct {
	Kind   Kind
	Epoch  uint64 // index of the Lead entry of the leader that ordered this one
	Number uint64 // 1, 2, ... within the epoch; an entry of another epoch or out of sequence is void everywhere
	Op     OpID
	Call   CallID // Resume: the call that is answered; Settle: the call whose Resume started the sliver, "" for the first

	// Lead
	Replica     int
	Incarnation uint64

	// Begin
	From      string // calling tier, "" for a client
	Method    string
	Request   []byte
	Meta      []byte
	Technique string
	Active    bool   // style active; otherwise style leader, and Out is the leader's execution
	Mark      uint64 // the client's low-water mark: every lower sequence number is answered and will not be asked again
	Floor     uint64 // the mark over clients of the op's realm: those born at or before it will not ask again

	Fwd   *Outcome // Begin: the caller's outcome if the request was an offer. Resume: own forward outcome if the callee's log chose it
	Reply []byte   // Resume
	Cb    *Outcome // Resume: the callee's outcome if its reply was an offer; a callback is owed
	Given bool     // Resume: the caller gave up the call (deadline); Reply is the host's
	Out   *Outcome // the execution that stands. Settle: of the sliver named; Begin, Resume in style leader: of the sliver they start
}

// MsgKind of a Msg.
type MsgKind uint8

// Kinds of messages between replicas. All may be lost, repeated or reordered.
const (
	Request  MsgKind = iota + 1 // nested request
	Reply                       // its reply
	Callback                    // which offered reply stands (Outcome nil: none of them, settle in your own log)
	Ack                         // the callback's effect is in the log
	Refused                     // the op is below the low-water mark

	// Within a tier.
	Proposal  // to the leader: order this entry (of a Checkpoint: as soon as nothing is in flight)
	Answered  // from the leader: a client's reply, or refusal, for the replica at which it waits
	ReadAsk   // to the leader: from which index on may this read run?
	ReadIndex // from the leader: that index
)

// Msg is one message between replicas of two tiers or of one.
type Msg struct {
	Kind        MsgKind
	FromTier    string
	FromReplica int
	Op          OpID   // the callee's op; within a tier the op in question
	Method      string // Request
	Payload     []byte
	Meta        []byte
	Technique   string
	Mark        uint64   // Request
	Floor       uint64   // Request
	Fwd         *Outcome // Request: the caller's outcome if it is an offer. Reply: the outcome of the request that the callee's log took
	Out         *Outcome // Reply: the callee's outcome if it is an offer. Callback: the outcome that stands
	Closed      bool     // Callback without outcome: the call is closed
	Entry       *Entry   // Proposal
	Refusal     *Refuse  // Answered, if there is no reply
	Index       uint64   // ReadIndex
}

// ClientRequest is a request that reached this replica over its service port.
type ClientRequest struct {
	Op        OpID
	Mark      uint64
	Method    string
	Request   []byte
	Meta      []byte
	Technique string // what the leader's Config.Plan is told
	// Read says that analysis proved that the method writes nothing and calls nobody. It runs without the log, at this replica, on
	// a state that holds everything acknowledged before; asked again, it runs again.
	Read bool
}

// Footprint is what the slivers that start at one point may touch. A place is a field, "pkg.Type.field"; or one key of a map field,
// "pkg.Type.field[key]"; or "*", which meets everything.
type Footprint struct {
	Reads        []string
	Writes       []string
	Contaminated []string // written contaminated, or read at contaminated places or under contaminated branches; each is in Reads or Writes
}

// Output is what a step asks of the host. Outputs are carried out in order.
type Output interface{ output() }

type (
	// Append asks that the entry be appended to this tier's log, right behind those appended before. It may be lost: the core finds out.
	Append struct{ Entry *Entry }
	// Send asks that the message be sent. Replica 0 means the tier's believed leader; -1 means every replica of it. A message can be
	// for this replica itself, if its tier calls itself.
	Send struct {
		Tier    string
		Replica int
		Msg     *Msg
	}
	// Run asks the host to run one sliver until it parks or ends, and to answer with Ran. Other inputs may come in between, and up to
	// Config.Lanes slivers may be with the host at a time. They are independent of one another: no two touch a place that one writes.
	Run struct {
		Op    OpID
		Call  CallID   // "" for the first sliver of the op; otherwise Reply is the answer to that call
		Begin *Entry   // first sliver: the Begin entry
		Reply []byte   //
		Given *Outcome // if set, the execution to repeat; the host must come to the same outputs. Nil: run live
		Read  bool     // a read: nothing of it is kept
	}
	// Keep says that this replica's own live execution of a sliver of style active stands: the tape can go.
	Keep struct {
		Op   OpID
		Call CallID
	}
	// Follow asks the host to make the sliver, which it has run live, equal to the outcome: undo, replay, whole copies. The host
	// answers with Followed. No sliver is with the host meanwhile.
	Follow struct {
		Op      OpID
		Call    CallID
		Outcome *Outcome
	}
	// Perform asks the host of the leader to perform the external effect that the op waits in, and to answer with Performed. It may
	// be asked again, also at another replica, until the result is in the log.
	Perform struct {
		Op   OpID
		Call CallID
	}
	// Answer gives the client's reply to whoever waits for it at this replica.
	Answer struct {
		Op      OpID
		Payload []byte
		Durable bool // false in commit mode fast, if the reply's entry is not known to be in the log yet
	}
	// Refuse tells whoever waits at this replica that the op will not run: it is below its client's low-water mark; or, if Floor is not
	// 0, its client was born at or before Floor and is forgotten. Whether the op ran earlier is then not known any more; a client that
	// has not asked for it before takes a new name, born at Floor+1 or later.
	Refuse struct {
		Op    OpID
		Floor uint64
	}
	// Verify asks the host of the leader to make sure that no other replica of the tier leads, and to answer with Verified.
	Verify struct{ Token uint64 }
	// Capture asks the host to take an image now: the state and Core.Snapshot, at exactly this index. Nothing is in flight.
	Capture struct{ Index uint64 }
	// CallRefused says that the callee will never answer a nested call, because it is below a mark or floor there. The host answers
	// with Expire.
	CallRefused struct {
		Op   OpID
		Call CallID
	}
	// Stuck says that this replica could not follow an outcome; it takes part in nothing until an image at or after the index is
	// installed (Restore).
	Stuck struct{ Index uint64 }
	// Rebuild says that what this replica ran ahead of the log is void. The host waits for the slivers it is running, abandons all
	// executions, goes back to its newest image (Restore) or to the initial state (Reset), and applies the log again from there.
	Rebuild struct{}
)

func (Append) output()      {}
func (Send) output()        {}
func (Run) output()         {}
func (Keep) output()        {}
func (Follow) output()      {}
func (Perform) output()     {}
func (Answer) output()      {}
func (Refuse) output()      {}
func (Verify) output()      {}
func (Capture) output()     {}
func (CallRefused) output() {}
func (Stuck) output()       {}
func (Rebuild) output()     {}

// Ran is the host's answer to Run.
type Ran struct {
	Op      OpID
	Call    CallID
	Outcome Outcome // of a live run. Exec is filled in by the core. Of a read: Outs holds the reply
	Drew    bool    // a first-hand value was drawn; if not, the sliver is deterministic
	Err     error   // the Given outcome does not fit here: the replica is stuck
}
