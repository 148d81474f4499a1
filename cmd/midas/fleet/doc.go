// Package fleet runs the replicas of a deployment as processes of this machine: start, wait until they serve, kill, start again, stop.
//
// Every process is the leader of a group of its own, so that a Ctrl-C in the terminal reaches only us and a signal of ours reaches its
// children too. Stop leaves none of them behind; on Linux they also end when this process is killed. Nothing is restarted unless
// asked for. What a process writes is passed on line by line with its name in front.
//
// Limits: processes of this machine only; "serves" means that the server speaks first on a new connection, as gRPC and TLS servers do.
package fleet
