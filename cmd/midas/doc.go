// Midas keeps the replicas of an ordinary Go gRPC service the same although its code is not deterministic.
//
//	midas analyze [-f TOPOLOGY] [-profile NAME] [PACKAGES]       say which nondeterminism matters
//	midas explain ID [PACKAGES]                                  tell one source of nondeterminism in full
//	midas rewrite -o DIR [-allow-partial] [PACKAGES]             write the rewritten program as a tree to read and build
//	midas build [go build flags] [PACKAGES]                      go build with the rewriting in force
//	midas run [go run flags] PACKAGE [ARGUMENTS]                 go run with the rewriting in force
//	midas up -f TOPOLOGY                                         start the tiers of a topology as processes of this machine
//	midas verify [flags] PACKAGE [ARGUMENTS] | -f TOPOLOGY       run copies of a service: does the report name all that differs?
//	midas replace TIER REPLICA -f TOPOLOGY                       start a replica whose log is gone for good
//	midas demo                                                   show that the replicas of a small shop converge
//
// rewrite, build, run and demo take -transparent: they make what a system without analysis would have to make, for comparison.
//
// Packages are patterns as the go command has them; none means the one in the current folder. -C DIR changes the folder and -tags LIST
// sets build tags, as for the go command.
//
// verify builds the service, or with -f every tier of a topology, as it is written, starts three copies one after another, on this machine
// alone, and sends them the same requests, -rounds times from equal state: -n many, drawn from the contracts that are linked into the
// program by -seed, or those of -requests FILE, one JSON object a line:
//
//	{"method": "/shop.Orders/Place", "request": {"sku": "a"}, "metadata": {"authorization": "..."}}
//
// -record FILE writes such a file, -metadata KEY=VALUE goes with every drawn request. Each field in which the copies come to differ is named
// with an example and the method that made it differ, and is "known" if the report calls it contaminated, else "MISSED". -show verbose also
// lists contaminated fields that never differed. Methods that do not answer within -patience or end the program are left out by name. Copies
// do what the service does: it should reach no database that matters. {{.Addr}} in the arguments stands for a free address.
//
// Results go to standard output, messages to standard error. The exit status is 0 when all is well, 1 after a failure, 2 when the
// command was used wrongly or given something that cannot be, and 3 when analyze has findings (first-hand sources and
// unknowns that neither a baseline nor a suppression holds; -fail-on chooses), or verify has seen a field differ that the report does not
// name.
package main
