// Package up starts the tiers of a topology file as processes of this machine and stops them.
//
// Each replica runs as DIR$ BINARY ARGS of its tier and its own, with the environment of this process, that of the tier, and its place
// (tiers.Place) in MIDAS_PLACE. A tier that names a package is built first. Arguments, environment and working folder are text/template
// strings over Replica, with the functions addr and peer: {{addr "orders" 1}} is the address of the first replica of orders. Relative
// paths in a topology file are relative to its folder. Port 0 means any free port.
//
// Nothing is started unless the topology is valid, everything builds, every port is free and the data folder can be written. What serves
// but is not the replica that it should be, such as a program that midas has not built, is named, and everything is stopped. A replica
// that ends is named and not started again.
package up
