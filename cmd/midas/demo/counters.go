package demo

import (
	"context"
	"fmt"

	"github.com/midas-tiers/midas/cmd/midas/demo/oracle"
	"github.com/midas-tiers/midas/examples/threetier/shoppb"
)

// shop asks each tier by itself.
type shop struct {
	front  shoppb.FrontClient
	orders shoppb.OrdersClient
	stock  shoppb.StockClient
}

// dialShop connects to the tiers' service addresses.
func dialShop(addrs map[string][]string, name string) (s shop, closeAll func(), err error) {
	var closers []func() error
	closeAll = func() {
		for _, c := range closers {
			c()
		}
	}
	for tier, a := range addrs {
		conn, err := dial(a, name+"-"+tier)
		if err != nil {
			closeAll()
			return shop{}, nil, err
		}
		closers = append(closers, conn.Close)
		switch tier {
		case "front":
			s.front = shoppb.NewFrontClient(conn)
		case "orders":
			s.orders = shoppb.NewOrdersClient(conn)
		case "stock":
			s.stock = shoppb.NewStockClient(conn)
		}
	}
	return s, closeAll, nil
}

// levels returns the units of each product.
func (s shop) levels(ctx context.Context) (map[string]int64, error) {
	levels := make(map[string]int64)
	for _, sku := range products {
		l, err := s.stock.GetLevel(ctx, &shoppb.LevelRequest{Sku: sku})
		if err != nil {
			return nil, fmt.Errorf("level of %s: %w", sku, err)
		}
		levels[sku] = l.GetUnits()
	}
	return levels, nil
}

// counters reads what the services' state says about the operations in rec. initial holds the levels before the first of them.
func (s shop) counters(ctx context.Context, rec oracle.Record, initial map[string]int64) (oracle.Counters, error) {
	c := oracle.Counters{
		Receipts: make(map[string]map[string]int64), Orders: make(map[string]map[string]int64), Stock: make(map[string]oracle.Ledger),
	}
	for _, op := range rec {
		if _, ok := c.Receipts[op.Customer]; ok {
			continue
		}
		receipts, err := s.front.ListPurchases(ctx, &shoppb.CustomerRequest{Customer: op.Customer})
		if err != nil {
			return c, fmt.Errorf("receipts of %s: %w", op.Customer, err)
		}
		orders, err := s.orders.ListOrders(ctx, &shoppb.CustomerRequest{Customer: op.Customer})
		if err != nil {
			return c, fmt.Errorf("orders of %s: %w", op.Customer, err)
		}
		c.Receipts[op.Customer], c.Orders[op.Customer] = receipts.GetBooked(), orders.GetBooked()
	}
	for _, sku := range products {
		l, err := s.stock.Ledger(ctx, &shoppb.LevelRequest{Sku: sku})
		if err != nil {
			return c, fmt.Errorf("ledger of %s: %w", sku, err)
		}
		c.Stock[sku] = oracle.Ledger{
			Initial: initial[sku], Level: l.GetLevel(), Reserved: l.GetReserved(), Restocked: l.GetRestocked(),
			Orders: l.GetOrders(), Deliveries: l.GetDeliveries(),
		}
	}
	return c, nil
}
