// Package bench measures what Midas costs. It holds benchmarks only and is imported by nothing.
//
// A machine's speed changes from run to run and with what else runs on it, so no benchmark stands for itself: each takes turns with its
// baseline, and the result is the ratio of the two medians (turns_test.go).
//
//   - BenchmarkHandler (handler_test.go): a handler as the rewriter leaves it, against the handler as it was written.
//   - BenchmarkTier (tier_test.go): an operation through a tier of three replicas, against a call to one process without Midas.
//
// # Limits
//
// The client and all replicas share one machine: the network is the loopback, and the replicas take processor time from one another. The
// handler is instrumented by hand as the rewriter does it. One client sends one operation at a time: these are latencies, not throughput.
package bench
