// Package source finds the program points where first-hand nondeterminism enters, and proves where it can those that never matter.
//
// A Finder reads one function at a time, in SSA form with its typed syntax. Sources come from three places: functions that the dictionary
// calls sources; statements whose outcome the language leaves open, such as a range over a map, a select or a go statement; and uses of
// library functions that are open only in how they are used, such as a sort by an order with ties or a printed pointer.
//
// A proof says that the outcome is the same whatever is drawn (Source.Harmless). Proofs go by shape, so that what is not recognised stays
// a source:
//   - The body of a loop in an open order does only what commutes: it counts, folds exact numbers by one operator, fills maps under the
//     loop's own key, fills sets, keeps an extreme, deletes its own key, sets constants, and calls only functions that write nothing.
//   - A loop ends early only with a value that every iteration would give, or in the iteration of one key.
//   - What is collected is sorted by an order without ties before anything reads it.
//   - Goroutines that are joined before the function goes on write each to its own slot, or only what commutes, under a lock.
//   - The cases of a select do the same, or give the operation up before its first effect.
//
// Places in memory are told apart by variable, by field, and by the type of a container: all maps of a type count as one, but for those
// that a local variable alone leads to. Without package unsafe that is safe.
//
// A statement of SQL that names a clock or a random function is a source of kind sql: its Instr writes the database differently at each
// server, and its results differ.
//
// Limits. A function value is followed to the variables, fields and parameters that own code keeps it in; other calls of function values are
// judged where their targets have bodies. A float extreme by < or > is taken to commute although it keeps the first of 0 and -0. Logging
// inside a loop does not count: the lines' order is not state. Data races are not looked for, but what goroutines write without a lock is
// not proven to commute. Which of several errors errgroup's Wait returns is not followed into a bare return. A request that its caller gave
// up is taken to be refused or repeated as a whole by whoever serves it. The methods that fmt asks of what it prints are taken to write
// nothing. A call of a library has one kind, the first that the dictionary names.
package source
