package oracle

import "time"

// Kind of an Operation.
type Kind string

// Kinds of operations. Those without a product leave no trace that is checked.
const (
	Buy     Kind = "buy"
	Restock Kind = "restock"
	Level   Kind = "level"
	Other   Kind = "other"
)

// Operation is one request of a client, as the client saw it.
type Operation struct {
	Kind      Kind
	Client    int
	Customer  string // Buy
	Reference string // Buy, Restock: unique in the record
	Sku       string // Buy, Restock, Level
	Quantity  int64  // Buy, Restock

	Call, Return time.Duration // on one monotonic clock
	Acknowledged bool          // if not, the client gave up and knows nothing more

	// What an acknowledged operation answered.
	Order    string // Buy: the order's id
	Rejected bool   // Buy: too few units
	Units    int64  // level after the operation; not of a rejected Buy
}

// Record is everything that the clients of a run did, in any order.
type Record []Operation

// Counters is what the services' state says after a run.
type Counters struct {
	Receipts map[string]map[string]int64 // front: by customer and reference
	Orders   map[string]map[string]int64 // orders: by customer and reference
	Stock    map[string]Ledger           // stock: by product
}

// Ledger is the history of one product.
type Ledger struct {
	Initial    int64 // units at the start
	Level      int64
	Reserved   int64
	Restocked  int64
	Orders     map[string]int64 // times reserved, by order id
	Deliveries map[string]int64 // times booked, by reference
}
