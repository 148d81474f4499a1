// Package dictionary says what functions do whose bodies analysis does not read: the standard library and well-known modules.
//
// The knowledge is data, in data/*.yaml, one file for each family of packages. A package has a rule for all its functions and entries for those
// that differ. A function is named "Func" or "Type.Method", without the star of a pointer receiver; "Type.*" stands for all methods of
// a type and "*" for all functions.
//
// What every known function does unless its entry says otherwise: it is deterministic, its arguments flow to its results, and a method
// with a pointer or interface receiver may write the receiver's memory.
//
// A function that is external acts on the outside. In an operation its call, or one around it, becomes an external effect, which one replica
// performs. What every replica does for itself, such as setting a reply's headers, is local instead.
//
// Limits: an entry speaks of all versions of a module. Lookup of a function that is not known returns false; the caller must be
// conservative then.
package dictionary
