package dictionary

import "slices"

// Func is what one function does, or what a variable holds. The zero value is a deterministic function without effects whose arguments
// flow to its results. Operands are numbered: -1 is the receiver, 0 the first argument after it.
type Func struct {
	// Source is the kind of first-hand nondeterminism that the results carry; "" for none.
	Source string `yaml:"source"`
	// Kinds are all kinds that may reach the results or the memory that is written, Source among them. Those that differ by architecture
	// stand here only.
	Kinds []string `yaml:"kinds"`
	// Fill says that the value arrives in the memory of this argument (0 is the first after the receiver), not in the results.
	Fill *int `yaml:"fill"`
	// Mutates are the operands whose memory is written.
	Mutates []int `yaml:"mutates"`
	// Fills are the operands whose memory is written with all that it leads to, which gets pointers to new memory: a decoder's target.
	Fills []int `yaml:"fills"`
	// Bytes says that the memory which is written keeps no pointer to the operands: text, numbers, or copies of them.
	Bytes bool `yaml:"bytes"`
	// Fresh says that the results are no operands but new memory, which may lead to what the operands hold.
	Fresh bool `yaml:"fresh"`
	// Apart says that the results are new memory which leads to no operand.
	Apart bool `yaml:"apart"`
	// Bag names a place of the process that operands are put into and results come from.
	Bag string `yaml:"bag"`
	// Pure says that the receiver is not written although its type would allow it.
	Pure bool `yaml:"pure"`
	// Calls are the operands that are called, or of which a method is called, before the function returns.
	Calls []int `yaml:"calls"`
	// Goes are the function arguments that are called on another goroutine.
	Goes []int `yaml:"goes"`
	// Asks are the methods that it calls of what the arguments lead to, if that has them: a printer's String.
	Asks []string `yaml:"asks"`
	// Superficial says that what goes in has no effect that a service can see again: logs, metrics, traces, sleeping.
	Superficial bool `yaml:"superficial"`
	// External says that the function acts on the outside: files, sockets, databases. In an operation that is an external effect.
	External bool `yaml:"external"`
	// Local says that what goes in leaves the handler at every replica by itself: the headers of a reply, the process's environment.
	Local bool `yaml:"local"`
	// Orders says that the result does not depend on the order of the elements of its argument.
	Orders bool `yaml:"orders"`
	// Persists names the persistent state of a store that the function writes: a key-value pair, a bucket.
	Persists string `yaml:"persists"`
	// Statement is the argument that is SQL text.
	Statement *int `yaml:"statement"`
	// Results are the operands that flow to each result, by data or by control; nil means that all flow to all.
	Results [][]int `yaml:"results"`
}

// Verdict is what the function does, in one word: "external" (it acts on the outside), "source" (its results carry nondeterminism of
// its own), "calls" (it calls operands), "mutates" (it writes operands' memory), "propagates" (operands flow to results) or
// "deterministic" (nothing of that, or nothing that a service can see again). The first that fits is said.
func (f Func) Verdict() string {
	switch {
	case f.Superficial:
		return "deterministic"
	case f.External || f.Local || f.Persists != "":
		return "external"
	case f.Source != "" || slices.ContainsFunc(f.Kinds, func(k string) bool { return k != architecture }):
		return "source"
	case len(f.Calls) > 0 || len(f.Goes) > 0:
		return "calls"
	case len(f.Mutates) > 0 || len(f.Fills) > 0:
		return "mutates"
	case f.propagates():
		return "propagates"
	}
	return "deterministic"
}

func (f Func) propagates() bool {
	if f.Results == nil {
		return true
	}
	for _, r := range f.Results {
		if len(r) > 0 {
			return true
		}
	}
	return false
}
