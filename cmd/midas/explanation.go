package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/midas-tiers/midas/dictionary"
)

// writeExplanation writes a verdict, its operands, and what it depends on.
func writeExplanation(w io.Writer, x *dictionary.Explanation) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", x.Symbol, x.Verdict())
	writeFacts(&b, x)
	for _, c := range x.Chains {
		fmt.Fprintf(&b, "\n%s comes from\n", c.Kind)
		for _, s := range c.Steps {
			fmt.Fprintf(&b, "  %s\n", s)
		}
		if c.Root != "root" {
			fmt.Fprintf(&b, "  %s\n", c.Root)
		}
	}
	if len(x.Barriers) > 0 {
		b.WriteString("\nwhat does not come through\n")
	}
	for _, bar := range x.Barriers {
		fmt.Fprintf(&b, "  %s: %s: %s\n", bar.Name, strings.ReplaceAll(bar.Kinds, ",", ", "), bar.Reason)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeFacts(b *strings.Builder, x *dictionary.Explanation) {
	f := x.Func
	fact := func(name, value string) {
		if value != "" {
			fmt.Fprintf(b, "  %s: %s\n", name, value)
		}
	}
	fact("kinds", strings.Join(f.Kinds, ", "))
	if f.Fill != nil {
		fact("fills", operandNames([]int{*f.Fill}))
	}
	fact("writes", operandNames(f.Mutates))
	fact("calls", operandNames(f.Calls))
	fact("calls on another goroutine", operandNames(f.Goes))
	fact("asks what it is given for", strings.Join(f.Asks, ", "))
	fact("persists", f.Persists)
	if f.Statement != nil {
		fact("SQL text", operandNames([]int{*f.Statement}))
	}
	if f.External {
		b.WriteString("  acts on the outside\n")
	}
	if f.Local {
		b.WriteString("  acts on the process or its answer\n")
	}
	if f.Superficial {
		b.WriteString("  what goes in is seen by no service again\n")
	}
	switch {
	case x.Variable || f.Superficial:
	case f.Results == nil:
		b.WriteString("  results: all operands flow to all\n")
	default:
		for i, ops := range f.Results {
			flows := operandNames(ops)
			if flows == "" {
				flows = "no operand"
			}
			fmt.Fprintf(b, "  result %d: from %s\n", i, flows)
		}
	}
	if x.Said != "" {
		fact("said in", x.Said)
	} else {
		b.WriteString("  derived from its body\n")
	}
}

func operandNames(ops []int) string {
	var out []string
	for _, i := range ops {
		if i < 0 {
			out = append(out, "the receiver")
		} else {
			out = append(out, fmt.Sprintf("argument %d", i))
		}
	}
	return strings.Join(out, ", ")
}
