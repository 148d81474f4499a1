// Package rewrite edits a service's sources so that its nondeterminism is recorded: facts and syntax in, edited files out.
//
// # Contract
//
// Apply returns the edited files and the files that it adds; it writes nothing. Each rule is one file: record, cut, tape (with tail, park
// and defers), indexed and typeswitch, touch (with deep and live), determinize, choose, effect, strand,
// enter, table; style says which of them a function needs. What a rule does not reach is copied byte for byte with
// its comments. Outside every operation the edited program behaves as the original does, in the same order of evaluation. Its panics
// name the lines of the original: where statements moved, a //line directive says so. A function without findings is not edited.
// Packages that import the runtime are left alone, so rewriting the output changes nothing.
//
// What the tape cannot hold binds the methods that can reach it to style leader. Code that only such methods run is recorded and no more: no
// closures, touches or cuts. Code that a method in style active runs, too, keeps its tape. Apply repeats itself until no method is bound
// any more.
//
// A declaration that cannot be treated stays as it was and is reported with position and reason: never wrong code.
//
// # What stands in one closure of the tape
//
// A simple statement; a contaminated branch with everything in it; the outer loop or switch that a contaminated branch breaks or
// continues; the rest of the function from the top-level statement that holds a contaminated return. A nested request stays outside:
// what is contaminated in its arguments is computed before it.
//
// Nothing contaminated may sit where no closure holds it by reference while a nested request is out. What Go itself would keep there moves
// to a variable of the tape: the operand and the value of a range over a slice, an array or a map, the variable of a type switch, a
// method value's receiver, the arguments of a defer. What a statement computes before a nested request in it is a problem.
//
// # Limits
//
// In style active: no nested request, effect, defer, select or recover inside a closure; no goto in a function with closures; no contaminated
// variable of a type that cannot be named where it is declared. Closures use no channel that they did not make. In both styles: a source
// has at most three results of types that can be named; a determinized range does not visit NaN keys. Files that use cgo are not edited.
package rewrite
