// Package analysis finds the nondeterminism of a Go gRPC service that matters to its replicas.
//
// Run loads the main module's packages from source and everything else by export data, builds SSA, and follows first-hand
// nondeterminism (sources) to persistent state, nested requests and replies. It returns a report.Report for people and renderers, and
// Facts for the rewriter: the same knowledge by syntax node. A source that reaches nothing but the reply is superficial in the report; the
// Facts have it, because a retry must be answered as the first time.
//
// # Contract
//
// An entry is a unary method of a service implementation that is registered by a generated RegisterXServer function or by
// RegisterService. Persistent state is what is reachable from a registered implementation or from a package-level variable of own code.
// An entry is cut into slivers at nested gRPC calls. All replicas start a sliver from equal state, so contamination lives from a source
// to the end of its sliver; a nested reply is no source inside a tier. What a local keeps for a later sliver, and matters there, is equal at
// all replicas when that one starts: its source is first-hand too.
//
// An external effect is a library's call that acts on the outside, or the smallest call of own code around it that takes and returns plain
// data, writes no memory but its own, and reads no state that handlers write. It ends a sliver as a nested call does; what it runs belongs
// to no sliver. Where there is no such call, the effect is a problem.
//
// What only the tape of style active cannot hold is no problem but a hindrance: the methods that can reach it run in style leader, where
// recording is enough. What stays a problem cannot be made equal by recording either: streams, own interceptors, nested requests and
// effects in goroutines or under a lock, writes and messages whose order scheduling decides, maps whose keys have no common order, values drawn
// before serving.
//
// A fault in the analysed code is a Finding, never an error. Run is safe for concurrent use; a Result must not be changed.
//
// # Method
//
// Memory is abstracted by an inclusion-based points-to analysis over own code: allocation sites with field paths, map keys apart from
// values, array elements merged. For each sliver the instructions that can run in it are collected over the call graph, and taint is
// propagated among them, through data and through control dependence. The executions of a function are told apart by the call that
// starts them, and a read sees only writes that can run before it.
//
// An instruction that may panic also leads to what its function and its callers have deferred, and on after a call that recovers. What
// a sliver runs in this way belongs to it as the rest does.
//
// The tape is then closed: what a taped statement reads or writes in memory and a later statement of the same sliver may write puts
// that statement on the tape too.
//
// # Footprints
//
// A sliver's footprint is the places that it may read, and those that it may write. Slivers that may touch the same memory, one of them
// writing, have places that meet; an assignment to a field writes the whole field. What no place stands for is written as "*": functions
// that are not known, channels that others use, functions and errors that handlers put into the state.
//
// A place has a key where the key of a map is always one field of the method's request: followed back through locals, arguments, results,
// getters and conversions that keep the value, as long as nothing that runs writes that field of a request. What is reached through the
// entry has its key if it belongs to it (keeping): it is put into maps, or into the fields of what belongs to a key, only when it is new,
// once, or where it was found. All of a map that belongs to a key has that key, its length and order too; any other map's entries have
// their own. A sync.Map has keys off the tape: on it, it is undone as a whole.
//
// # Limits
//
// Methods that printers, encoders and templates call are seen where the type of what they are given is; behind an interface it is taken to
// be any type of which own code puts a value into one. An error that a handler returns is asked for its text. Functions that a template is given by name are not seen.
// Reflection, unsafe, cgo and assembly are not seen. A function with neither a body in own code nor a dictionary entry is listed under
// unknown, its arguments are taken to flow to its results and into memory that it is given a pointer to. Streaming methods,
// interceptors in own code, and nested calls in goroutines are problems, not results. Before the service serves, environment, files and
// network are taken to be the same for all replicas. A semaphore is taken to have room. The context of a handler is taken to be never done,
// unless some handler makes contexts of its own that end. A library that is not known is taken to have no effect outside. Where a recover would
// catch it, a pointer that is not contaminated is taken not to be nil. Own code that is dense in interfaces, such as a
// compiler's, takes a minute, and its stand-ins for foreign memory are coarser.
package analysis
