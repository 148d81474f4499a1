// Package points is an inclusion-based points-to analysis over SSA for code whose dependencies have no bodies.
//
// Memory is abstracted by objects (allocation sites, globals, and stand-ins for what comes from outside) and paths within them: fields
// by number, all elements of an array or slice as one, map keys apart from map values. It does not tell call sites or program points
// apart. Sets are filtered by static type, so code that changes types by unsafe is beyond it.
//
// # Memory that nobody is seen to make
//
// Memory that comes from outside, such as a request or a library's result, is open: what is loaded from it is a stand-in for each
// type, made on demand and then stored in the cell that it was loaded from, so that what is reachable through it is found there. Memory
// that a callee without a body fills is open from then on, with all that it leads to. A cell that is loaded from although nothing was
// stored there is open too: a write through it must not get lost.
//
// # Method
//
// Andersen's constraints, solved by a worklist that hands on differences. Each cell has a node of what was stored at it, and each cell
// that is loaded from a node that gathers the cells around and within it.
package points
