// Package profile knows, for each kind of replicated program, where operations enter, which calls write what persists outside of the
// process's memory, which calls send a request to another service, and whether what an entry returns persists.
//
// There are six: grpc (methods of registered services), raftfsm (state machines of hashicorp/raft and dragonboat), cosmos (message servers,
// block hooks, ante handlers, genesis, upgrades), temporal (workflows of Temporal and Cadence), fabric (chaincode) and func (own functions
// by name). Libraries are recognised by import path and name, whatever their version; the tables say which.
//
// Limits. A service that is registered through a variable whose value cannot be followed counts as implemented by every own type that
// fits. A keeper of another Cosmos module is seen through the interface by which a module expects it: methods whose names say that they
// change something are writes. A workflow function that own code only calls, and never hands on, is a helper of workflows and no entry.
package profile
