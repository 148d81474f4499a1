package midasrt

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

var activated atomic.Bool

// Activate declares this process a replica: a source of a handler that finds no op fails the running ops instead of going unrecorded.
func Activate() { activated.Store(true) }

// running are the ops whose slivers run now, to blame for a source that finds no op.
var running struct {
	sync.Mutex
	ops map[*Op]bool
}

func (o *Op) run() {
	o.running.Store(true)
	running.Lock()
	defer running.Unlock()
	if running.ops == nil {
		running.ops = map[*Op]bool{}
	}
	running.ops[o] = true
}

func (o *Op) rested() {
	o.running.Store(false)
	running.Lock()
	defer running.Unlock()
	delete(running.ops, o)
}

// blame fails every op that runs now: nothing tells which of them the goroutine works for.
func blame(format string, args ...any) {
	running.Lock()
	var ops []*Op
	for o := range running.ops {
		ops = append(ops, o)
	}
	running.Unlock()
	slices.SortFunc(ops, func(a, b *Op) int { return strings.Compare(a.id, b.id) })
	also := ""
	if len(ops) > 1 {
		ids := make([]string, len(ops))
		for i, o := range ops {
			ids[i] = o.id
		}
		also = ", while several operations ran: " + strings.Join(ids, ", ")
	}
	for _, o := range ops {
		o.fail(fmt.Errorf("midasrt: op %s: %s%s", o.id, fmt.Sprintf(format, args...), also))
	}
}
