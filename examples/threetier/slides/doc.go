// Package slides is the example of the slides that Midas began with, as two ordinary services:
//
//	tier 2: foo() { a = random(); b = a + 5; bar(); c = gettimeofday(); d = c * 60 }
//	tier 3: bar() { e = random(); f = a + 5 }
//
// Each variable is kept in the state of its service. a is passed to bar, so it contaminates tier 3.
package slides
