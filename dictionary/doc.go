// Package dictionary says what functions do whose bodies analysis does not read: the standard library and well-known modules.
//
// # Verdicts
//
// A Func says what sources of nondeterminism reach a function's results, which operands flow to which results, whose memory it writes, which
// operands it calls, and whether it acts on the outside; Verdict puts that into one word. What every known function does unless its entry says
// otherwise: it is deterministic, its arguments flow to its results, and a method with a pointer or interface receiver may write the receiver's
// memory. A function that is external acts on the outside. In an operation its call, or one around it, becomes an external effect, which one
// replica performs. What every replica does for itself, such as setting a reply's headers, is local instead.
//
// # The standard library
//
// std/ holds a verdict on every exported function, method and variable for linux/amd64. They are derived by dictionary/derive (go generate): roots,
// which are the system calls (data/syscalls.txt) and the functions without a body and those of the runtime (data/roots.txt), and the statements
// whose outcome the language leaves open, are closed over the call graph and stopped by barriers (data/barriers.txt), each of which says why a
// source does not escape. std/chains.txt holds the way from each symbol to its roots, which Explain prints. A line names a symbol and what was
// found, fields apart by tabs. Packages are read when they are first asked for.
//
// # Data by hand, and your own
//
// data/*.yaml, one file for each family of packages, speaks of other modules, and of the standard library where people know more than bodies show.
// A user's files have the same format and win (With):
//
//   - path: example.com/lib/...            # with all packages below; without /... one package
//     rule: {pure: true}                   # of every function without an entry of its own
//     opaque: [Client]                     # types that are handles, not state; "*" is all
//     funcs:
//     NewID: {source: random}            # a function
//     Client.Send: {source: network, external: true}
//     "Store.*": {persists: shelf}       # all methods of a type; "*" is all functions, "*.*" all methods
//     vars:
//     Seed: {source: process}
//
// A function is named "Func" or "Type.Method", without the star of a pointer receiver. The fields are those of Func; -1 is the receiver, 0 the first
// argument after it. An entry by name wins over what was derived. One by pattern wins too, but what was derived adds its kinds, and where that found
// nothing nondeterministic at all in a function, or in a method of a type that is no handle, it stands. A fault is an error of one line with file and
// line.
//
// # Limits
//
// An entry speaks of all versions of a module. Lookup of a function that is not known returns false; the caller must be conservative then. The
// derivation's own limits stand in dictionary/derive.
package dictionary
