// Package compensate makes a replica's persistent state equal to another's: by copies of the state graph, and by the techniques that
// settle one sliver.
//
// # The state graph
//
// A State is what its named roots reach: service implementations and package-level variables. It is read and written by reflection,
// unexported fields included:
//
//   - Pointers, cycles and aliases are kept: two holders of one object hold one object afterwards. An interior pointer stays one,
//     because all memory is scanned first and the enclosing object is the unit. Slices that overlap share an array again.
//   - Maps are encoded in canonical order, whatever their keys. Nil and empty differ. NaN keys are kept.
//   - Interfaces name the dynamic type of their content. The decoder can make types that it has met: reachable from the types of the
//     roots, present in its own state, or registered by the program (midasrt.Types, emitted by the rewriter).
//   - sync.Map goes by its entries; time.Time by instant, offset and zone; math/big's numbers and netip.Addr by their value; protobuf
//     messages by their fields without the implementation's own, so that a shared sub-message stays shared.
//   - Locks, sync.Once, sync.WaitGroup and sync.Pool are no state: they are left alone, and zero in objects that a decoder makes.
//   - Opaque things are left alone and not digested: connections, files, loggers, contexts, timers, metrics (opaque.go has the list
//     with the reasons). Channels and functions are left alone; a digest sees only whether there is one. If a decoder has to put one
//     where there is none, it takes the one that the encoder met under the same identity elsewhere in the state (every order's pointer
//     to the server's logger), else it fails and names the path: shop.Orders.watchers["a"]: cannot encode chan of an operation.
//
// Decode is in place, see State.Decode. The normal form behind Digest is the encoded form without capacities, zone names, opaque
// things, and the difference between nil and empty in messages where the wire does not know it.
//
// # Techniques
//
// Outcome says what an execution of a sliver ships, Settle makes another replica's execution equal to it. A value that no trace can
// hold makes Outcome fall back to whole copies of the sliver's contaminated fields. It says so in Result, for the caller to log, and
// State.Stats counts it. In style leader a follower runs the sliver after the leader, with its values, and Repeat checks that it did.
//
// # Locks and parallel slivers
//
// Slivers on disjoint places may run at once, with the program's own locks. The methods of State take none of these: they read or write
// the whole graph, so no sliver may run meanwhile, and then no lock guards anything but handlers that wait in a nested request. Such a
// handler waits, with the same locks, at every replica; so who holds a lock is no part of the state: Encode and Digest leave it out,
// Decode, Settle and Repeat leave the locks as they are, and a lock in an object that Decode makes is free. Only State.Restore, for an
// image that replaces the work of abandoned handlers, frees the locks that they hold. What may run in parallel, State's documentation
// says.
//
// # Limits
//
//   - All replicas run the same binary: offsets in objects are those of the compiler.
//   - The values that a channel buffers are not seen. Cells between a slice's length and its capacity are zero after Decode.
//   - Map entries whose keys are distinct pointers to equal objects with equal elements have no canonical order; where other pointers
//     tell them apart, equal states may have different digests.
//   - A pointer map key that only the map reaches is made anew by Decode, and sync.Map's keys too.
//   - unsafe.Pointer (but in atomic.Pointer), memory seen under two types by unsafe, unique.Handle and weak.Pointer cannot be encoded.
//   - Of errors that are compared by identity, the standard library's common ones and those in the service's own package-level
//     variables keep it; a third-party library's become equal errors.
//   - Memory behind the length of slices may take 4 GiB in one encoding, and interfaces that hold interfaces by value nest 16384 deep:
//     a decoder takes more for corrupt.
//   - A fall-back's copy holds state only, not the local variables of a handler that goes on; and it names other objects by their
//     first path, so it fits only a state that is equal outside the copied fields, and cannot be made where two instances have one path,
//     through map keys that are pointers.
package compensate
