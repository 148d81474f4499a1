// Analysis measures midas analyze: time and peak memory over github.com/nats-io/nats-server/v2/server, against the engine of Temporal's
// workflowcheck, which follows calls to known nondeterministic functions and nothing else; over examples/threetier; and over generated modules
// of 1,000 to 1,000,000 lines.
//
//	go run . [-rounds N] [-lines MAX]
//
// The arms take turns within a round, after one round that warms the build cache and is not counted; the table has medians, the range, and
// the ratio to workflowcheck's median of the same run. Nothing is asserted. The module is one of its own, so that nothing of what it compares
// with becomes a dependency of Midas.
package main
