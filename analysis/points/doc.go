// Package points is an inclusion-based points-to analysis over SSA for code whose dependencies have no bodies.
//
// Memory is abstracted by objects (allocation sites, globals, and stand-ins for what comes from outside) and paths within them: fields
// by number, all elements of an array or slice as one, map keys apart from map values. It does not tell call sites or program points
// apart. Sets are filtered by static type, so code that changes types by unsafe is beyond it.
//
// Memory that comes from outside, such as a request or a library's result, is an open object: what is loaded from it is a stand-in for
// each type, made on demand.
package points
