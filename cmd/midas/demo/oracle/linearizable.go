package oracle

import (
	"fmt"
	"math"
	"time"

	"github.com/anishathalye/porcupine"
)

// Linearizable checks the history of each product by itself; initial is its level at the start. Operations that were not acknowledged
// may have happened at any time after their call, or never. An error names the product; a check that has not ended within the timeout
// is an error too.
func Linearizable(rec Record, initial map[string]int64, timeout time.Duration) error {
	histories := map[string][]porcupine.Operation{}
	for _, op := range rec {
		if op.Sku == "" || op.Kind == Level && !op.Acknowledged {
			continue
		}
		end := int64(op.Return)
		if !op.Acknowledged {
			end = math.MaxInt64
		}
		histories[op.Sku] = append(histories[op.Sku], porcupine.Operation{
			ClientId: op.Client, Input: op, Call: int64(op.Call), Output: op, Return: end,
		})
	}
	for sku, history := range histories {
		if result := porcupine.CheckOperationsTimeout(product(initial[sku]), history, timeout); result != porcupine.Ok {
			return fmt.Errorf("history of %s (%d operations) is not shown linearizable: %s", sku, len(history), result)
		}
	}
	return nil
}

// product is one product's level. Input and output are both the Operation.
func product(initial int64) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return initial },
		Step: func(state, _, output any) (bool, any) {
			level, op := state.(int64), output.(Operation)
			next, rejected := apply(level, op)
			ok := !op.Acknowledged || rejected == op.Rejected && (rejected || next == op.Units)
			return ok, next
		},
	}
}

// apply is what op does to a level.
func apply(level int64, op Operation) (next int64, rejected bool) {
	switch op.Kind {
	case Buy:
		if level < op.Quantity {
			return level, true
		}
		return level - op.Quantity, false
	case Restock:
		return level + op.Quantity, false
	default:
		return level, false
	}
}
