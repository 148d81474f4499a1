// Package oracle judges a run of the shop: what its clients recorded against what its services' state says.
//
// Count finds operations that were acknowledged and are not in the state (lost), and operations that are in it more than once.
// Linearizable says whether the clients' history of each product could have come from one warehouse that does one thing at a time.
// Neither knows how the services are replicated.
//
// An operation whose client gave up may have happened or not; both are allowed, once.
package oracle
