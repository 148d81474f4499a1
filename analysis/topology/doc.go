// Package topology reads the YAML file that describes a deployment: tiers, replicas, addresses and which dialled targets are which
// tier.
//
// Parse is strict: a field that is not known, a duplicate address, an unknown technique, an even or zero number of replicas or an
// unknown callee is an error of one line. Whether a port is free or a binary exists is not looked at.
package topology
