// Package stdlog keeps the standard logger as the program has it.
//
// The log engine's file functions import github.com/coreos/pkg/capnslog, which takes over the standard logger when it is initialised:
// merely linking a replica would change a program's log lines. This package notes the logger before that happens. It imports nothing
// but log and what log imports: packages are initialised in the order of their paths as soon as their imports are, and capnslog's
// imports, net among them, are so later than these.
package stdlog

import (
	"fmt"
	"log"
)

var (
	writer = log.Writer()
	flags  = log.Flags()
	prefix = log.Prefix()
)

// Restore gives the standard logger back what capnslog took, and leaves alone what the program itself has set since.
func Restore() {
	if fmt.Sprintf("%T", log.Writer()) == "capnslog.packageWriter" {
		log.SetOutput(writer)
	}
	if log.Flags() == 0 {
		log.SetFlags(flags)
	}
	if log.Prefix() == "" {
		log.SetPrefix(prefix)
	}
}
