// Package slice follows sources of nondeterminism through whole programs to what they contaminate: persistent state, requests to others,
// effects and replies. It is engine S: linear, for every profile; the exact analysis of package analysis serves the rewriter.
//
// Contract: no contaminated write is missing from the result, as far as the code can be seen; what cannot be seen is listed in
// Result.Unknown. Equal programs give equal results. Run returns soon after its context ends, and no program makes it panic.
//
// # Method
//
// One graph of dependence over all own functions (Horwitz, Reps, Binkley, Interprocedural slicing using dependence graphs, 1990), made
// function by function in parallel (build.go, instruction.go, call.go), and slices over it in their two phases (sweep.go): upwards through
// returns, then downwards through calls. Edges that summarise callees join operands to results at calls (summary.go; Reps, Horwitz,
// Sagiv, 1995), found by propagating for each function which parameters reach its results.
//
//   - Nodes are parts of SSA values: tuples by component, structs of own packages by field (layout.go). Every function has nodes for
//     whether it runs, whether it panics, whether each block runs, its results, and for each write a node for where and whether.
//   - Control dependence is that of Ferrante, Ottenstein and Warren (1987) on post-dominators (control.go). A phi depends on the branches
//     between its block's dominator and its block; an early return, or a panic of a callee, makes the rest depend on it (panic.go).
//   - Memory is objects with a cell for each field (object.go, solve.go): an allocation has an object of its own as long as the pointers to
//     it can be followed (Andersen 1994, by inclusion). What is stored where other code can find it, or what more than 16 objects may be
//     meant by, is followed by type and field; slices, maps and channels by the field that holds them; keys apart from elements.
//     What an entry is given in containers is taken to be apart from the state.
//   - Calls: static ones; methods of interfaces by the types that are put into some interface (Bacon, Sweeney 1996); function values by the flow of
//     pointers. Functions without bodies by the dictionary.
//   - State is the cells that variables and the entries' receivers lead to (persist.go), and the stores that the profile names.
//
// Sources are followed as sets (sets.go). A first sweep ends at state: what it reaches is first-hand. A second one passes through state, so that
// every write has all sources, of second hand too. Both run over all code at once, on strongly connected components (condense.go), then for each
// entry again within the functions that it runs, from what state brings in (analysis.go), as long as a fixed budget of nodes lasts; beyond
// it, and for sources that more than 64 entries reach, what was found in all code stands.
//
// # Limits
//
// Memory is flow-insensitive: a field that is overwritten stays contaminated. All calls share what a function writes to memory: contexts match
// for values only. A function that runs under a contaminated branch is not taken to panic because of that. Function values in the hands of
// other modules are called where the dictionary says so. Unsafe conversions and reflection are followed as copies and listed. Verdict.Must is decided on
// the trace that is shown, and false when in doubt. Lists in a Verdict or a Write end after 64 and count the rest; a write through
// everything that an argument leads to is one of field "*" beyond 64 fields.
package slice
