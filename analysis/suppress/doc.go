// Package suppress silences findings that somebody has judged: by a comment in the code, or by a declaration in midas.yaml.
//
//	//midas:ignore KIND reason... [until=YYYY-MM-DD]
//
// A directive behind code covers its line. One on a line of its own covers the statement or declaration that begins below it, to its
// end: a function, a loop, a block, or one line. Declarations name functions, kinds and files:
//
//	ignore:
//	  - function: '^\(\*example\.com/shop\.Store\)\.'
//	    kind: time
//	    file: 'internal/**/*.go'
//	    reason: timestamps are for people only
//	    until: 2027-01-31
//
// KIND is a kind of source, or "unknown". A reason is required. What has expired, is malformed or silences nothing is listed in the
// report's Unused. Only the report is silenced: what is rewritten rests on the analysis alone.
package suppress
