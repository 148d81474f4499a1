// Derive writes the dictionary's verdicts on the standard library, dictionary/std. It is run by go generate ./dictionary and is deterministic.
//
// # Method
//
// It loads the whole library for linux/amd64 without cgo as SSA, with VTA's call graph, and computes a summary of each function, from callees up
// until nothing changes: for each result the operands and the kinds of sources that it depends on and the operands' memory that it points to; for
// each operand whether its memory is written and with what; which operands are called. Memory is told apart by operand and by whether it is
// pointed to or only reached (bits 2i and 2i+1 of places); fields are not told apart. What is stored through a value flows back to what the value
// was made from (val.stored). Control counts: what a branch depends on reaches all results and all memory that is written.
//
// A call of an operand's function or method is "calls operand i"; callers that know what they hand over apply that (origin.go), others what the
// call graph knows. A value that is reached from an operand is the operand's even if others may be stored beside it.
//
// Roots and barriers are data. A root without anything to name, or a barrier that stops nothing, is an error, as is a function without a body
// or a system call that no root names: the data cannot rot in silence.
//
// # Limits
//
// The order of a map does not count as control: the first of several matches that a loop returns is seen by its data only. What operands leave in
// package-level variables does not come out of other functions, which roots marked "follow" make up for where it matters. Errors, and what
// variables point to, are taken to stay as they are made. Operands beyond 16 share a place. A callback is not assumed to write what it gets. Code that
// uses unsafe is followed as far as conversions show. The process's time zone is taken to be the same at all replicas: only time.Local,
// Time.Local and LoadLocation are sources of it.
package main
