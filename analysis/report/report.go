package report

// Version of the schema. It rises when a field changes its meaning or goes away.
const Version = 1

// Report is the versioned document that all renderers read. Every list is sorted, so equal inputs give equal reports.
type Report struct {
	Version      int            `json:"version"`
	Profile      string         `json:"profile"`
	Packages     []string       `json:"packages"`
	Sources      []Source       `json:"sources"`
	Contaminated []Contaminated `json:"contaminated"`
	Slivers      []Sliver       `json:"slivers"`
	Unknown      []Unknown      `json:"unknown"`
	Broken       []Broken       `json:"packages_with_errors"`
	Stats        Stats          `json:"stats"`

	Pairs    []Pair    `json:"pairs,omitempty"`     // over a topology
	Effects  []Effect  `json:"effects,omitempty"`   // external effects of entries
	ReadOnly []string  `json:"read_only,omitempty"` // entries that are proven to change nothing: they run without the log
	Problems []Problem `json:"problems,omitempty"`  // what midas build cannot treat
	Leader   []Problem `json:"leader,omitempty"`    // what makes an entry run in style leader only
	Unused   []Problem `json:"unused,omitempty"`    // directives and declarations that suppress nothing
	Excluded []string  `json:"excluded,omitempty"`  // Go files of the packages that build constraints leave out
	Notes    []string  `json:"notes,omitempty"`     // what to know before an empty report is trusted
}

// Class of a source.
type Class string

// Classes.
const (
	FirstHand   Class = "first-hand"  // reaches persistent state, a nested request, an effect, or a reply that persists
	Superficial Class = "superficial" // reaches none of them
)

// Source is a program point where first-hand nondeterminism enters. Its class is the worst of its entries'.
type Source struct {
	ID       string   `json:"id"` // survives edits elsewhere in the file: function, kind, ordinal
	Kind     string   `json:"kind"`
	Symbol   string   `json:"symbol"`
	Function string   `json:"function"` // as SSA prints it: "(*example.com/p.Store).Put"
	Pos      Position `json:"pos"`
	Class    Class    `json:"class"`
	Entries  []Entry  `json:"entries"`
	Ignored  string   `json:"ignored,omitempty"`   // the reason that a directive or declaration gives
	By       Position `json:"ignored_by,omitzero"` // where that stands
	Held     bool     `json:"held,omitempty"`      // the baseline has it
}

// Entry is what a source means to one entry.
type Entry struct {
	Entry   string   `json:"entry"` // as SSA prints the function
	Class   Class    `json:"class"`
	Must    bool     `json:"must"`   // every path that draws it contaminates
	Action  string   `json:"action"` // what midas build does: "record", "determinize", "none", "refuse"
	Reaches []string `json:"reaches"`
	Trace   []Step   `json:"trace"`
	Why     string   `json:"why,omitempty"` // superficial: why it does no harm
}

// Step of a trace, from the source on.
type Step struct {
	Function string   `json:"function"`
	Pos      Position `json:"pos"`
	What     string   `json:"what"`
}

// Contaminated is one contaminated write of persistent state.
type Contaminated struct {
	Field    string   `json:"field"`
	How      string   `json:"how"` // "value", "location", "occurrence"
	Entry    string   `json:"entry"`
	Function string   `json:"function"`
	Pos      Position `json:"pos"`
	From     []string `json:"from"` // ids of sources
}

// Sliver is the part of an entry between two communication events.
type Sliver struct {
	Entry        string     `json:"entry"`
	Index        int        `json:"index"`     // within the entry; one sliver that can end in several ways has several rows
	Direction    string     `json:"direction"` // "forward": ends in a nested request; "backward": in the reply
	From         string     `json:"from"`      // "" at the entry, else the method of the call that was answered
	To           string     `json:"to"`        // method of the nested request, "" for the reply
	Sources      []string   `json:"sources"`
	Writes       []string   `json:"writes"`
	Reads        []string   `json:"reads"`
	Taped        []string   `json:"taped"` // of writes and reads, what statements on the tape touch
	Tape         []Position `json:"tape"`  // statements
	Style        string     `json:"style"` // "active" or "leader"
	Why          string     `json:"why"`   // of style leader
	Contaminated []string   `json:"contaminated"`
	Output       bool       `json:"output"` // the request or reply that ends it is contaminated
	Offer        bool       `json:"offer"`  // that request may be offered
}

// Unknown is something that the analysis cannot see.
type Unknown struct {
	Function string   `json:"function"`
	Pos      Position `json:"pos"`
	Reason   string   `json:"reason"`
	Ignored  string   `json:"ignored,omitempty"`
	By       Position `json:"ignored_by,omitzero"`
	Held     bool     `json:"held,omitempty"`
}

// Broken is a package that was left out.
type Broken struct {
	Package string `json:"package"`
	Error   string `json:"error"`
}

// Position is a place in the sources; File is relative to the analysed folder where it lies inside.
type Position struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// Problem is something with a place and a reason.
type Problem struct {
	Pos    Position `json:"pos"`
	Entry  string   `json:"entry,omitempty"`
	Reason string   `json:"reason"`
	Held   bool     `json:"held,omitempty"`
}

// Effect is a call that is one external effect.
type Effect struct {
	Name    string   `json:"name"`
	Pos     Position `json:"pos"`
	Entries []string `json:"entries"`
}

// Pair is a pair of tiers between which contamination travels.
type Pair struct {
	Caller    string     `json:"caller"`
	Callee    string     `json:"callee"`
	Offerable bool       `json:"offerable"` // requests along it may be offered: it is on no circle, and an entry that sends one may run in style active
	Crossings []Crossing `json:"crossings"`
}

// Crossing is what one method carries over a pair.
type Crossing struct {
	Entry     string   `json:"entry"`  // of the caller
	Method    string   `json:"method"` // of the callee
	Direction string   `json:"direction"`
	Sources   []string `json:"sources"` // ids; those of the callee for a backward crossing
	Fields    []string `json:"fields"`  // of the receiving tier that inherit it
}

// Stats counts what was analysed.
type Stats struct {
	Services    int     `json:"services"`
	Entries     int     `json:"entries"`
	Packages    int     `json:"packages"`
	Functions   int     `json:"functions"`
	Lines       int     `json:"lines"`
	Sources     int     `json:"sources"`
	FirstHand   int     `json:"first_hand"`
	Superficial int     `json:"superficial"`
	Seconds     float64 `json:"seconds,omitempty"` // left out where reports are compared
}
