// Package sarif renders an analysis report as SARIF 2.1.0, for code scanning and editors.
//
// Rules are the kinds of sources, "unknown" and "unhandled". Results are first-hand sources with their traces as code flows, what is not
// known, and what midas build cannot treat; superficial sources are left out. File names are relative to %SRCROOT%, the analysed folder.
// Columns are counted in bytes, as Go does it: they are off behind characters outside of ASCII.
package sarif
