package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"github.com/midas-tiers/midas/cmd/midas/demo/oracle"
	"github.com/midas-tiers/midas/examples/threetier/shoppb"
	"github.com/midas-tiers/midas/tiers"
)

// products that the clients ask for. The stock starts with some of each.
var products = []string{"apple", "bread", "cheese", "dates", "eggs", "figs", "grapes", "honey"}

// patience is how long a client tries one operation, and attempt how long one replica at a time: short, so that operations are asked for
// again while they are under way.
const (
	patience = 20 * time.Second
	attempt  = 500 * time.Millisecond
)

// load is what the clients do to one deployment.
type load struct {
	front   []string // service addresses of the front tier
	clients int
	seed    uint64

	start        time.Time
	acknowledged atomic.Int64
	enough       atomic.Bool // no client begins another operation
}

// run has every client work until enough is set. An error is an answer that no client should get; it ends the load.
func (l *load) run(ctx context.Context) (oracle.Record, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	l.start = time.Now()
	records := make([]oracle.Record, l.clients)
	var wg sync.WaitGroup
	for i := range l.clients {
		wg.Go(func() {
			c := client{id: i, load: l, rand: rand.New(rand.NewPCG(l.seed, uint64(i)))}
			if err := c.run(ctx); err != nil {
				cancel(fmt.Errorf("client %d: %w", i, err))
			}
			records[i] = c.record
		})
	}
	wg.Wait()
	var all oracle.Record
	for _, r := range records {
		all = append(all, r...)
	}
	return all, context.Cause(ctx)
}

// client does one operation after another.
type client struct {
	*load
	id     int
	rand   *rand.Rand
	front  shoppb.FrontClient
	record oracle.Record
}

func (c *client) run(ctx context.Context) error {
	conn, err := dial(c.load.front, fmt.Sprintf("demo-%d-%d", c.seed, c.id))
	if err != nil {
		return err
	}
	defer conn.Close()
	c.front = shoppb.NewFrontClient(conn)
	for !c.enough.Load() && ctx.Err() == nil {
		op := c.choose(len(c.record))
		op.Call = time.Since(c.start)
		err := c.do(ctx, &op)
		op.Return = time.Since(c.start)
		op.Acknowledged = err == nil
		c.record = append(c.record, op)
		switch status.Code(err) {
		case codes.OK:
			c.acknowledged.Add(1)
		case codes.Unavailable, codes.DeadlineExceeded, codes.Canceled:
		default:
			return fmt.Errorf("%s %s: %w", op.Kind, op.Reference, err)
		}
	}
	return nil
}

// choose draws the client's n-th operation. Purchases are few because under technique full each of them copies the whole state in every
// tier, and large because some should find too few units.
func (c *client) choose(n int) oracle.Operation {
	op := oracle.Operation{Client: c.id, Customer: fmt.Sprintf("customer-%02d", c.id), Reference: fmt.Sprintf("%02d-%04d", c.id, n)}
	switch p := c.rand.IntN(100); {
	case p < 20:
		op.Kind, op.Quantity = oracle.Buy, 1+c.rand.Int64N(24)
	case p < 40:
		op.Kind, op.Quantity = oracle.Restock, 1+c.rand.Int64N(5)
	case p < 80:
		op.Kind = oracle.Level
	default:
		op.Kind = oracle.Other
		return op
	}
	op.Sku = products[c.rand.IntN(len(products))]
	return op
}

// do carries out op and notes the answer in it.
func (c *client) do(ctx context.Context, op *oracle.Operation) error {
	switch op.Kind {
	case oracle.Buy:
		r, err := c.front.Buy(ctx, &shoppb.BuyRequest{Customer: op.Customer, Sku: op.Sku, Quantity: op.Quantity, Reference: op.Reference})
		op.Order = r.GetOrder().GetId()
		op.Rejected = r.GetOrder().GetStatus() == shoppb.Status_STATUS_REJECTED
		op.Units = r.GetOrder().GetReservation().GetLeft()
		return err
	case oracle.Restock:
		r, err := c.front.Restock(ctx, &shoppb.RestockRequest{Sku: op.Sku, Quantity: op.Quantity, Reference: op.Reference})
		op.Units = r.GetUnits()
		return err
	case oracle.Level:
		r, err := c.front.Available(ctx, &shoppb.LevelRequest{Sku: op.Sku})
		op.Units = r.GetUnits()
		return err
	default:
		return c.other(ctx, op)
	}
}

// other writes to or reads what front alone keeps of the customer.
func (c *client) other(ctx context.Context, op *oracle.Operation) error {
	if c.rand.IntN(2) == 0 {
		_, err := c.front.SetAddress(ctx, &shoppb.SetAddressRequest{Customer: op.Customer, Address: "Main Street " + op.Reference})
		return err
	}
	_, err := c.front.GetCustomer(ctx, &shoppb.CustomerRequest{Customer: op.Customer})
	if status.Code(err) == codes.NotFound { // has not bought anything yet
		return nil
	}
	return err
}

// dial connects a client to a tier. Each name must be used once.
func dial(addrs []string, name string) (*grpc.ClientConn, error) {
	target, opts := tiers.Failover(addrs...)
	return grpc.NewClient(target, append(opts,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithUnaryInterceptor(tiers.ClientInterceptor(tiers.ClientConfig{Client: name, Patience: patience, Attempt: attempt})))...)
}
