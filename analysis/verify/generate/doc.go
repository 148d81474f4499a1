// Package generate writes small stateful programs for the oracle that needs no labels: two copies of a program get the same requests and
// different first-hand values, and every field that then differs must be in the analyzer's report.
//
// A program is one service: a struct with fields of several kinds (numbers, text, maps, slices, nested structs, pointers), three to six
// handlers and their helpers, all made of random statements. Its sources are the two package-level functions now and random, which the
// driver sets, and what the language leaves open: the order of maps, select, the order of goroutines. [Files] puts any number of programs
// into one package, so that one build serves many; their names carry the program's number. The file driver.go runs them and prints, for
// each program, which fields diverged, each with the fields that lead to it, outermost first: "Service3.F2 Item3.A". Where a map or slice
// has other keys or another length, the last is the field that holds it.
//
// The same Config gives the same bytes. Programs compile without complaint, end (loops are bounded by constants, by containers of at most
// eight elements, or by a number below four; helpers call only earlier helpers) and do not panic beyond their own recover. With Sources
// unset they draw nothing, so that no field may diverge: that is how the driver and the statements are themselves checked.
//
// Limits: one type is one service; there is no I/O, no reflection and no unsafe; divergence is what the driver happened to see, so a field
// that it does not name may still be able to diverge.
package generate
