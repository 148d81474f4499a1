// Midas keeps the replicas of an ordinary Go gRPC service the same although its code is not deterministic.
//
//	midas analyze [-f TOPOLOGY] [-format text|json] [PACKAGES]   say which nondeterminism matters
//	midas rewrite -o DIR [-allow-partial] [PACKAGES]             write the rewritten program as a tree to read and build
//	midas build [go build flags] [PACKAGES]                      go build with the rewriting in force
//	midas run [go run flags] PACKAGE [ARGUMENTS]                 go run with the rewriting in force
//	midas up -f TOPOLOGY                                         start the tiers of a topology as processes of this machine
//	midas replace TIER REPLICA -f TOPOLOGY                       start a replica whose log is gone for good
//	midas demo                                                   show that the replicas of a small shop converge
//
// rewrite, build, run and demo take -transparent: they make what a system without analysis would have to make, for comparison.
//
// Packages are patterns as the go command has them; none means the one in the current folder. -C DIR changes the folder and -tags LIST
// sets build tags, as for the go command.
//
// Results go to standard output, messages to standard error. The exit status is 0 when all is well, 1 after a failure, 2 when the
// command was used wrongly or given something that cannot be, and 3 when analyze has first-hand findings or names something that cannot
// be treated.
package main
