package oracle

import (
	"fmt"
	"maps"
	"slices"
)

// Tally is what Count found. Each entry is one line that names the operation; the entries are sorted.
type Tally struct {
	Lost  []string // acknowledged, and missing somewhere
	Twice []string // applied more than once somewhere
	Wrong []string // anything else that does not add up
}

// Clean reports whether nothing was found.
func (t Tally) Clean() bool { return len(t.Lost)+len(t.Twice)+len(t.Wrong) == 0 }

// Count compares the record with the counters. An operation is named once in each list, whatever the number of tiers that lost or
// doubled it.
func Count(rec Record, c Counters) Tally {
	t := counting{lost: map[string]bool{}, twice: map[string]bool{}, wrong: map[string]bool{}}
	known := map[string]bool{}
	for _, op := range rec {
		known[op.Reference] = true
		switch op.Kind {
		case Buy:
			t.applied(op, c.Receipts[op.Customer][op.Reference])
			t.applied(op, c.Orders[op.Customer][op.Reference])
			if op.Acknowledged && !op.Rejected {
				t.applied(op, c.Stock[op.Sku].Orders[op.Order])
			}
		case Restock:
			t.applied(op, c.Stock[op.Sku].Deliveries[op.Reference])
		}
	}
	for _, byCustomer := range []map[string]map[string]int64{c.Receipts, c.Orders} {
		for customer, booked := range byCustomer {
			t.strays(known, customer, booked)
		}
	}
	for sku, ledger := range c.Stock {
		t.strays(known, sku, ledger.Deliveries)
		t.product(rec, sku, ledger)
	}
	return Tally{Lost: sorted(t.lost), Twice: sorted(t.twice), Wrong: sorted(t.wrong)}
}

type counting struct{ lost, twice, wrong map[string]bool }

// applied judges how many times a tier says that it applied op.
func (t counting) applied(op Operation, times int64) {
	name := fmt.Sprintf("%s %s", op.Kind, op.Reference)
	switch {
	case times == 0 && op.Acknowledged:
		t.lost[name] = true
	case times > 1:
		t.twice[name] = true
	}
}

// strays finds references that no client used.
func (t counting) strays(known map[string]bool, owner string, booked map[string]int64) {
	for reference := range booked {
		if !known[reference] {
			t.wrong[fmt.Sprintf("%s: reference %q was never used", owner, reference)] = true
		}
	}
}

// product checks what the stock says of one product: an order that was reserved twice under different ids shows only here.
func (t counting) product(rec Record, sku string, l Ledger) {
	var sure, unsure int
	for _, op := range rec {
		switch {
		case op.Kind != Buy || op.Sku != sku || op.Rejected:
		case op.Acknowledged:
			sure++
		default:
			unsure++
		}
	}
	for order, times := range l.Orders {
		if times > 1 {
			t.twice[fmt.Sprintf("%s: order %s", sku, order)] = true
		}
	}
	for i := sure + unsure; i < len(l.Orders); i++ {
		t.twice[fmt.Sprintf("%s: reservation %d of at most %d", sku, i+1, sure+unsure)] = true
	}
	if want := l.Initial + l.Restocked - l.Reserved; l.Level != want {
		t.wrong[fmt.Sprintf("%s: level %d, want %d + %d - %d = %d", sku, l.Level, l.Initial, l.Restocked, l.Reserved, want)] = true
	}
}

func sorted(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }
