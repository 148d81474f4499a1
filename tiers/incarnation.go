package tiers

// incarnation tells one start of a replica from every other.
type incarnation struct {
	Number   uint64 // rises with each start, also from one folder to the one that takes its place; random for a memory log
	LogID    string // names the log that the replica remembers; one that lost it has another
	Since    uint64 // of the seat that the group has given to the log; 0: the group begins with it, or it has none yet
	New      bool   // the replica remembers nothing: it has never taken part, or its log is in memory
	Replaces bool   // by the operator's word the log takes the place of one that is lost, and it has no vote yet
	Peers    map[int]peerLog
	keeper
}

// keeper makes durable what a replica must not forget.
type keeper interface {
	remember(replica int, l peerLog) error       // whose log a replica of the group has
	sit(since uint64) (number uint64, err error) // the own log has a seat; number is the incarnation's from now on
	stay() error                                 // the own log has a vote: it takes nobody's place any more
	held() bool                                  // the loss of the own log would be noticed
}

// peerLog is what a replica remembers of another's log.
type peerLog struct {
	LogID string `json:"log"`             // "" if the seat was given up, and nobody has greeted with it since
	Since uint64 `json:"since,omitempty"` // of its seat
}

// lifeBits are the bits of an incarnation's number that count the starts from one folder; the others hold the seat's Since, which is an
// index of the log. So a log that takes over has numbers above all that the lost one can have used, although nobody knows its last.
const lifeBits = 24

func incarnationNumber(since, starts uint64) uint64 { return since<<lifeBits | starts }

// keepNothing is the keeper of a log in memory.
type keepNothing struct{ number uint64 }

func (keepNothing) remember(int, peerLog) error  { return nil }
func (k keepNothing) sit(uint64) (uint64, error) { return k.number, nil }
func (keepNothing) stay() error                  { return nil }
func (keepNothing) held() bool                   { return true }
