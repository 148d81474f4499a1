// Package text renders an analysis report for people, in at most 100 columns.
//
// Write is the only entry point. Output depends on the report alone, so equal reports give equal text.
package text
