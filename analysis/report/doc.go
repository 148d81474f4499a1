// Package report is the document that an analysis leaves: every renderer reads it, and nothing else.
//
// A Report has version 1; schema.json describes its JSON. Sort puts it into its order, so equal findings give equal bytes. A Baseline
// names findings that were there before, without their places. Kinds says what people need to know of each kind of source. The package
// knows nothing of how findings are made.
package report
