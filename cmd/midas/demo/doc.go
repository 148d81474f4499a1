// Package demo shows on one machine that replicas of the shop of examples/threetier converge, and that they do not without Midas.
//
// For each technique, in both styles, it runs the shop's three tiers as three processes each, lets clients buy, restock and ask, kills the leading
// replica of every tier under load and brings it back, waits until all replicas are quiet, and compares three things: the replicas'
// states with one another, the counters in the services' state with what the clients recorded (lost, applied twice), and the clients'
// histories with a single warehouse (linearizable). Technique vanilla is the negative control: its replicas must differ, or the load
// proves nothing.
package demo
