package world

// state is what a replica's service holds: whole numbers at numbered locations, 0 where nothing is. First those of the keys, then those of
// the ops that the tier has seen.
type state struct {
	cells []int64
	sum   uint64 // of all cells, for comparison
}

// Locations of a key.
const (
	cellV   = iota // chain of updates by first slivers, contaminated by value
	cellX          // chain of deterministic updates, read contaminated
	cellW          // chain of updates by last slivers
	cellM0         // counters: which one is drawn
	cellM1         //
	cellM2         //
	cellO          // written or not as drawn, twice
	cellS          // the same by middle slivers
	cellD          // counts ops
	cellEnd        // counts ends of ops
	keyCells
)

// Locations of an op.
const (
	opBegan = iota // 1
	opIn           // request
	opID           // what the first sliver drew
	opPlain        // 1 if the first sliver drew nothing
	opVP           // the v before and after
	opVN
	opXP // the x before and after a deterministic update
	opXN
	opXR // the x that was read
	opCX // and the x that was read if so drawn
	opRD // a counter of another key
	opWP // the w before and after
	opWN
	opOut   // reply
	opSkip  // 1 if it called nobody
	opAcc   // what the strands add up
	opReq   // requests, replies and draws by number of the call
	opRep   = opReq + maxCalls
	opSub   = opRep + maxCalls
	opAdd   = opSub + maxCalls // part of acc that each strand added
	opCells = opAdd + maxCalls
)

func keyAt(key, cell int) int { return key*keyCells + cell }

func opAt(op, cell int) int { return maxKeys*keyCells + op*opCells + cell }

func (s *state) get(loc int) int64 {
	if loc < len(s.cells) {
		return s.cells[loc]
	}
	return 0
}

func (s *state) set(loc int, v int64) {
	if loc >= len(s.cells) {
		s.grow(loc)
	}
	s.sum += mix(uint64(loc), uint64(v)) - mix(uint64(loc), uint64(s.cells[loc]))
	s.cells[loc] = v
}

func (s *state) grow(loc int) {
	cells := make([]int64, max(loc+1+8*opCells, 2*len(s.cells)))
	copy(cells, s.cells)
	s.cells = cells
}

func (s *state) clone() state { return state{append([]int64(nil), s.cells...), s.sum} }
