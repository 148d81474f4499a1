package analysis

// ReportVersion is the version of the report's schema. It rises when a field changes its meaning or goes away.
const ReportVersion = 2

// Class of a source for an entry.
type Class string

// Classes.
const (
	FirstHand   Class = "first-hand"  // reaches persistent state, a nested request, a reply, or code that analysis cannot see
	Superficial Class = "superficial" // reaches none of them
)

// How a write is contaminated.
type How string

// Ways of contamination.
const (
	ByValue      How = "value"
	ByLocation   How = "location"
	ByOccurrence How = "occurrence"
)

// Report is the versioned document that all renderers read. Every list is sorted, so equal inputs give equal reports.
type Report struct {
	Version      int            `json:"version"`
	Packages     []string       `json:"packages"`
	Sources      []SourceReport `json:"sources"`
	Contaminated []FieldReport  `json:"contaminated"`
	Slivers      []SliverReport `json:"slivers"`
	ReadOnly     []string       `json:"read_only"` // entries that are proven to change nothing: they run without the log
	Effects      []EffectReport `json:"effects"`
	Pairs        []PairReport   `json:"pairs,omitempty"`
	Unknown      []Unknown      `json:"unknown"`
	Leader       []Problem      `json:"leader"` // what makes an entry run in style leader only
	Problems     []Problem      `json:"problems"`
	Stats        Stats          `json:"stats"`
}

// SourceReport is one source and what it means to each entry that reaches it.
type SourceReport struct {
	ID      string        `json:"id"`
	Kind    Kind          `json:"kind"`
	Symbol  string        `json:"symbol"`
	Pos     Position      `json:"pos"`
	Action  string        `json:"action"` // what midas will do: "record", "determinize", "none"
	Entries []SourceEntry `json:"entries"`
}

// SourceEntry is a source's class for one entry with one path that shows it, from the source to what it reaches.
type SourceEntry struct {
	Entry string `json:"entry"`
	Class Class  `json:"class"`
	Why   string `json:"why,omitempty"` // superficial: why it does no harm
	Path  []Step `json:"path,omitempty"`
}

// Step of a path.
type Step struct {
	Pos  Position `json:"pos"`
	What string   `json:"what"`
}

// FieldReport is one persistent field that an entry contaminates.
type FieldReport struct {
	Field     string     `json:"field"`
	Entry     string     `json:"entry"`
	How       []How      `json:"how"`
	Sources   []string   `json:"sources"` // ids
	Positions []Position `json:"positions"`
}

// Direction of a sliver.
type Direction string

// Directions.
const (
	Forward  Direction = "forward"  // ends in a nested request
	Backward Direction = "backward" // ends in the reply
)

// SliverReport is the part of an entry between two communication events.
type SliverReport struct {
	Entry        string    `json:"entry"`
	From         string    `json:"from"` // "" at the entry, else the method of the call that was answered
	To           string    `json:"to"`   // method of the nested request, "" for the reply
	Direction    Direction `json:"direction"`
	Sources      []string  `json:"sources"`      // ids of the first-hand sources that can be drawn
	Contaminated []string  `json:"contaminated"` // fields
	Output       bool      `json:"output"`       // the request or reply that ends it is contaminated
	Offer        bool      `json:"offer"`        // that request may be offered
	Reads        []string  `json:"reads"`        // places, as in MethodSliver
	Writes       []string  `json:"writes"`       // places, as in MethodSliver
	Taped        []string  `json:"taped"`        // of both, what statements on the tape read or write: the table's Contaminated
}

// EffectReport is a call that is one external effect. The leader performs it after the sliver before it is durable, its result is recorded
// and replayed elsewhere: towards the outside at least once, with the same arguments; towards the state exactly once.
type EffectReport struct {
	Name    string   `json:"name"` // of the function that is called; slivers go From it
	Pos     Position `json:"pos"`
	Entries []string `json:"entries"`
}

// PairReport is a pair of tiers between which contamination travels, so that their compensation must agree.
type PairReport struct {
	Caller    string     `json:"caller"`
	Callee    string     `json:"callee"`
	Offerable bool       `json:"offerable"` // the edge is on no circle: requests along it may be offered
	Crossings []Crossing `json:"crossings"`
}

// Crossing is what one method carries over a pair.
type Crossing struct {
	Entry     string    `json:"entry"`  // method of the caller
	Method    string    `json:"method"` // method of the callee
	Direction Direction `json:"direction"`
	Sources   []string  `json:"sources"` // ids; those of the callee for a backward crossing
	Fields    []string  `json:"fields"`  // persistent fields at the receiving tier that inherit it
}

// Unknown is a function that has neither a body in own code nor a dictionary entry.
type Unknown struct {
	Symbol    string     `json:"symbol"`
	Positions []Position `json:"positions"`
}

// Problem is a Finding as the report has it.
type Problem struct {
	Pos    Position `json:"pos"`
	Entry  string   `json:"entry,omitempty"` // full gRPC method; "" when it concerns no entry in particular
	Reason string   `json:"reason"`
}

// Position is a place in the sources; File is relative to the analysed folder where possible.
type Position struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// Stats counts what was analysed.
type Stats struct {
	Packages    int `json:"packages"`
	Functions   int `json:"functions"`
	Entries     int `json:"entries"`
	Slivers     int `json:"slivers"`
	Sources     int `json:"sources"`
	FirstHand   int `json:"first_hand"`
	Superficial int `json:"superficial"`
	Taped       int `json:"taped_statements"`
}

// FirstHand reports whether any source is first-hand for any entry.
func (r *Report) FirstHand() bool { return r.Stats.FirstHand > 0 }
