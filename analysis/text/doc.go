// Package text renders an analysis report for people, in at most 100 columns.
//
// Write gives the findings, what is not known or not treated, and a closing line with the scope; Options add to it. Explain tells one
// source in full. Output depends on the report alone, so equal reports give equal text.
package text
