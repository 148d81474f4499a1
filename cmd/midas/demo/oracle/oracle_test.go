package oracle

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	sku     = "apple"
	initial = 40
)

// run returns the record and the counters of a faultless run of four clients.
func run(seed uint64) (Record, Counters) {
	r := rand.New(rand.NewPCG(seed, 1))
	ledger := Ledger{Initial: initial, Level: initial, Orders: map[string]int64{}, Deliveries: map[string]int64{}}
	c := Counters{Receipts: map[string]map[string]int64{}, Orders: map[string]map[string]int64{}}
	var rec Record
	now := time.Duration(0)
	for i := range 120 {
		op := Operation{
			Client: i % 4, Customer: fmt.Sprintf("c%d", i%4), Reference: fmt.Sprintf("r%d", i), Sku: sku, Acknowledged: true,
			Quantity: 1 + r.Int64N(9), Kind: []Kind{Buy, Buy, Restock, Level}[r.IntN(4)],
		}
		ledger.Level, op.Rejected = apply(ledger.Level, op)
		switch {
		case op.Kind == Restock:
			ledger.Restocked += op.Quantity
			ledger.Deliveries[op.Reference]++
		case op.Kind == Buy:
			book(c.Receipts, op)
			book(c.Orders, op)
		}
		if op.Kind == Buy && !op.Rejected {
			op.Order = fmt.Sprintf("o%d", i)
			ledger.Reserved += op.Quantity
			ledger.Orders[op.Order]++
		}
		op.Units = ledger.Level
		// Each operation takes effect at its call and overlaps the next one.
		op.Call, op.Return = now, now+15
		now += 10
		rec = append(rec, op)
	}
	c.Stock = map[string]Ledger{sku: ledger}
	return rec, c
}

func book(m map[string]map[string]int64, op Operation) {
	if m[op.Customer] == nil {
		m[op.Customer] = map[string]int64{}
	}
	m[op.Customer][op.Reference]++
}

// first returns the position of the first operation that suits.
func first(t *testing.T, rec Record, suits func(Operation) bool) int {
	t.Helper()
	i := slices.IndexFunc(rec, suits)
	if i < 0 {
		t.Fatal("no such operation in the record")
	}
	return i
}

func bought(op Operation) bool    { return op.Kind == Buy && !op.Rejected }
func restocked(op Operation) bool { return op.Kind == Restock }

func TestFaultless(t *testing.T) {
	for seed := range uint64(20) {
		rec, c := run(seed)
		if got := Count(rec, c); !got.Clean() {
			t.Errorf("seed %d: %+v", seed, got)
		}
		if err := Linearizable(rec, map[string]int64{sku: initial}, time.Minute); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
	}
}

// TestCountCatches plants one fault in the counters or in the record.
func TestCountCatches(t *testing.T) {
	rec, _ := run(1)
	buy, restock := rec[first(t, rec, bought)], rec[first(t, rec, restocked)]
	for _, c := range []struct {
		name  string
		plant func(Record, Counters) Record
		want  Tally
	}{
		{"front lost a receipt", func(r Record, c Counters) Record {
			delete(c.Receipts[buy.Customer], buy.Reference)
			return r
		}, Tally{Lost: []string{"buy " + buy.Reference}}},
		{"orders lost an order", func(r Record, c Counters) Record {
			delete(c.Orders[buy.Customer], buy.Reference)
			return r
		}, Tally{Lost: []string{"buy " + buy.Reference}}},
		{"two tiers lost the same", func(r Record, c Counters) Record {
			delete(c.Receipts[buy.Customer], buy.Reference)
			delete(c.Orders[buy.Customer], buy.Reference)
			return r
		}, Tally{Lost: []string{"buy " + buy.Reference}}},
		{"stock lost a reservation", func(r Record, c Counters) Record {
			delete(c.Stock[sku].Orders, buy.Order)
			return r
		}, Tally{Lost: []string{"buy " + buy.Reference}}},
		{"stock lost a delivery", func(r Record, c Counters) Record {
			delete(c.Stock[sku].Deliveries, restock.Reference)
			return r
		}, Tally{Lost: []string{"restock " + restock.Reference}}},
		{"orders entered an order twice", func(r Record, c Counters) Record {
			c.Orders[buy.Customer][buy.Reference]++
			return r
		}, Tally{Twice: []string{"buy " + buy.Reference}}},
		{"a delivery was booked twice", func(r Record, c Counters) Record {
			c.Stock[sku].Deliveries[restock.Reference]++
			return r
		}, Tally{Twice: []string{"restock " + restock.Reference}}},
		{"an order was reserved twice", func(r Record, c Counters) Record {
			c.Stock[sku].Orders[buy.Order]++
			return r
		}, Tally{Twice: []string{"apple: order " + buy.Order, "buy " + buy.Reference}}},
		{"a second order was reserved", func(r Record, c Counters) Record {
			c.Stock[sku].Orders["another"]++
			return r
		}, Tally{Twice: []string{fmt.Sprintf("apple: reservation %d of at most %d", reservations(rec)+1, reservations(rec))}}},
		{"an operation is missing from the record", func(r Record, c Counters) Record {
			return slices.DeleteFunc(r, func(op Operation) bool { return op.Reference == restock.Reference })
		}, Tally{Wrong: []string{fmt.Sprintf("apple: reference %q was never used", restock.Reference)}}},
		{"units vanished", func(r Record, c Counters) Record {
			l := c.Stock[sku]
			l.Level, l.Initial, l.Restocked, l.Reserved = 3, 10, 4, 10
			c.Stock[sku] = l
			return r
		}, Tally{Wrong: []string{"apple: level 3, want 10 + 4 - 10 = 4"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			rec, counters := run(1)
			rec = c.plant(rec, counters)
			if diff := cmp.Diff(c.want, Count(rec, counters)); diff != "" {
				t.Errorf("tally (-want +got):\n%s", diff)
			}
		})
	}
}

func reservations(rec Record) (n int) {
	for _, op := range rec {
		if bought(op) {
			n++
		}
	}
	return n
}

// TestUnacknowledged lets a client give up on an operation that happened, and on one that did not.
func TestUnacknowledged(t *testing.T) {
	rec, c := run(1)
	i := first(t, rec, bought)
	rec[i].Acknowledged, rec[i].Order, rec[i].Units = false, "", 0
	rec = append(rec, Operation{Kind: Buy, Client: 9, Customer: "c0", Reference: "never", Sku: sku, Quantity: 1, Call: 5})
	if got := Count(rec, c); !got.Clean() {
		t.Errorf("tally: %+v", got)
	}
	if err := Linearizable(rec, map[string]int64{sku: initial}, time.Minute); err != nil {
		t.Error(err)
	}
	c.Orders[rec[i].Customer][rec[i].Reference]++
	if got := Count(rec, c); len(got.Twice) != 1 {
		t.Errorf("an unacknowledged operation that was applied twice: %+v", got)
	}
}

// TestLinearizableCatches plants one fault in the history.
func TestLinearizableCatches(t *testing.T) {
	for _, c := range []struct {
		name  string
		plant func(*testing.T, Record) Record
	}{
		{"dropped", func(t *testing.T, r Record) Record {
			return slices.Delete(r, first(t, r, bought), first(t, r, bought)+1)
		}},
		{"applied twice", func(t *testing.T, r Record) Record {
			i := first(t, r, restocked)
			for j := i; j < len(r); j++ {
				r[j].Units += r[i].Quantity
			}
			return r
		}},
		{"answers swapped far apart in time", func(t *testing.T, r Record) Record {
			r[10], r[90] = moved(r[10], r[90]), moved(r[90], r[10])
			return r
		}},
		{"stale read", func(t *testing.T, r Record) Record {
			i := first(t, r, bought)
			last := r[len(r)-1]
			return append(r, Operation{Kind: Level, Client: 9, Sku: sku, Acknowledged: true, Call: last.Return + 1, Return: last.Return + 2,
				Units: r[i].Units + 1000})
		}},
		{"rejected with enough units", func(t *testing.T, r Record) Record {
			i := first(t, r, bought)
			r[i].Rejected = true
			return r
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			rec, _ := run(1)
			err := Linearizable(c.plant(t, rec), map[string]int64{sku: initial}, time.Minute)
			if err == nil || !strings.Contains(err.Error(), sku) {
				t.Errorf("Linearizable = %v, want an error that names %s", err, sku)
			}
		})
	}
}

// moved returns op at the time of another operation.
func moved(op, to Operation) Operation {
	op.Call, op.Return = to.Call, to.Return
	return op
}

// TestLinearizableUnknown: sets of purchases of which any may have happened, and a level that none of them explains, are too many to try.
func TestLinearizableUnknown(t *testing.T) {
	var rec Record
	for i := range 40 {
		rec = append(rec, Operation{Client: i, Sku: sku, Kind: Restock, Quantity: 1 << i, Return: 1})
	}
	rec = append(rec, Operation{Client: 40, Sku: sku, Kind: Level, Acknowledged: true, Units: -1, Return: 1})
	err := Linearizable(rec, map[string]int64{sku: initial}, 10*time.Millisecond)
	if err == nil || !strings.Contains(err.Error(), "Unknown") {
		t.Errorf("Linearizable that ran out of time = %v, want Unknown", err)
	}
}
