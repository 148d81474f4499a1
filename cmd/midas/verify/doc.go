// Package verify holds the analyzer's report against what a service does: two copies of the service, run as it is written, execute the same
// requests, and every field in which their states come to differ must be one that the report calls contaminated.
//
// # Method
//
// A copy is a process for each tier, which is the tier's only replica: technique vanilla, log in memory, built so that nothing is recorded. The first copy
// executes the requests one after another, and its state after each is kept. Then it ends, and another copy executes the same requests. It
// starts each of them in the state in which the first one did, so a field that differs afterwards was made to differ by that request: this
// is what a group of replicas relies on (each sliver starts equal). It does so several times, for what differs rarely. A third copy executes
// them once more and is left to drift: what differs there alone may be second-hand, written from what differed before. The report knows
// that too.
//
// The copies draw different values because they are different processes: random numbers, process ids, addresses, map order, which the
// language runtime draws anew for each range. The first copy runs on one processor and the others on all, for the sake of the scheduler. The
// second one starts over a second after the first has ended, so that clocks read to the second differ too.
//
// Requests are drawn from the contracts that are linked into the program, unless a file has them. Strings and numbers come from small pools,
// so that ids repeat, and from the values of earlier replies under the same field name, so that ids which the service has made are looked up.
// The drawing depends on the seed alone; what is taken from replies is as the service made it.
//
// # Contract
//
// A field that differs is known if the report calls it contaminated, or a field on the way to it: what a contaminated pointer leads to, or a
// contaminated map holds under some key, differs with it. Where something is in one state only, the way ends where the states part. An entry
// whose key was drawn is compared with the one that the other copy has made in its place; then a map that is contaminated in its keys alone
// excuses nothing in the entry. Over a topology, fields that inherit contamination from another tier are known too.
//
// A method that blocks or ends the program is left out, with the reason, and all begins anew. No process is left behind.
//
// # Limits
//
// One request at a time: what depends on two handlers that run at once is not seen. Clocks that are read to the minute or the day, the local
// zone, environment, files and command line are the same for the copies, and so is what a service reads elsewhere, if that gives the same
// answer twice; a service that writes to a database writes there. Without a topology no other tier is started: nested calls fail, and methods
// that cannot do without are named. With one, what a tier gets from another one differs with that, which a group of replicas would not see.
// Where the state cannot be carried from one copy to another, because it holds a channel that a request has made or is written in the
// background, the copies are compared at the end alone. Unary methods only. What has not been seen to differ is not proven to be equal.
package verify
