package tiers

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	midasrt "github.com/midas-tiers/midas/runtime"
)

// dialled are the targets that the program has dialled. It is safe for concurrent use.
type dialled struct {
	mu   sync.Mutex
	seen []string
}

func (d *dialled) note(target string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !slices.Contains(d.seen, target) {
		d.seen = append(d.seen, target)
	}
}

func (d *dialled) targets() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.seen)
}

// unmapped says in one line what the place's calls lack for the nested calls of a program that has dialled some targets, "" if nothing: else
// only the clients would notice. A target that no handler calls needs no tier, but which one a handler calls is not known.
func (p *Place) unmapped(table map[string]midasrt.Method, targets []string) string {
	caller, callee := nestedCall(table)
	if caller == "" {
		return ""
	}
	targets = slices.DeleteFunc(targets, func(t string) bool { return p.Calls[t] != "" })
	if len(targets) > 0 {
		return fmt.Sprintf("%s calls %s; the program dials %s, which calls in the topology maps to no tier: a handler's call there is refused",
			caller, callee, strings.Join(targets, ", "))
	}
	if len(p.Calls) == 0 {
		return fmt.Sprintf("%s calls %s, and calls in the topology maps nothing that the program dials to a tier: such a call is refused", caller, callee)
	}
	return ""
}

// nestedCall is a method that makes a nested call, and whom it calls, "" if there is none. Other ends of slivers are external effects.
func nestedCall(table map[string]midasrt.Method) (caller, callee string) {
	for _, name := range slices.Sorted(maps.Keys(table)) {
		for _, s := range table[name].Slivers {
			if strings.HasPrefix(s.From, "/") {
				return name, s.From
			}
		}
	}
	return "", ""
}
