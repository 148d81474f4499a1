package threetier_test

import (
	"context"
	"net"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"

	"github.com/midas-tiers/midas/examples/threetier/ordering"
	"github.com/midas-tiers/midas/examples/threetier/shoppb"
	"github.com/midas-tiers/midas/examples/threetier/storefront"
	"github.com/midas-tiers/midas/examples/threetier/warehouse"
)

// shop is a client of each tier.
type shop struct {
	front  shoppb.FrontClient
	orders shoppb.OrdersClient
	stock  shoppb.StockClient
}

// newShop starts the three tiers in this process. There are 20 apples on two shelves.
func newShop(t *testing.T) shop {
	stock := shoppb.NewStockClient(serve(t, func(r grpc.ServiceRegistrar) {
		shoppb.RegisterStockServer(r, warehouse.NewServer([]string{"apple"}, []string{"a1", "a2"}, 10))
	}))
	orders := shoppb.NewOrdersClient(serve(t, func(r grpc.ServiceRegistrar) {
		shoppb.RegisterOrdersServer(r, ordering.NewServer(stock))
	}))
	front := shoppb.NewFrontClient(serve(t, func(r grpc.ServiceRegistrar) {
		shoppb.RegisterFrontServer(r, storefront.NewServer(orders))
	}))
	return shop{front, orders, stock}
}

// serve starts a server in this process and returns a connection to it.
func serve(t *testing.T, register func(grpc.ServiceRegistrar)) *grpc.ClientConn {
	t.Helper()
	lis := bufconn.Listen(1 << 16)
	s := grpc.NewServer()
	register(s)
	go s.Serve(lis)
	t.Cleanup(s.Stop)
	conn, err := grpc.NewClient("passthrough:bufconn",
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return lis.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func TestBuy(t *testing.T) {
	s, ctx := newShop(t), t.Context()
	got, err := s.front.Buy(ctx, &shoppb.BuyRequest{Customer: "mia", Sku: "apple", Quantity: 13, Reference: "r1"})
	if err != nil {
		t.Fatal(err)
	}
	order := got.GetOrder()
	if order.GetStatus() != shoppb.Status_STATUS_RESERVED || order.GetCustomer() != "mia" || order.GetReference() != "r1" {
		t.Errorf("order = %v", order)
	}
	if got, want := order.GetShipping(), int64(490+13*20); got != want {
		t.Errorf("shipping = %d, want %d", got, want)
	}
	r := order.GetReservation()
	if r.GetToken() == "" || r.GetOrderId() != order.GetId() || r.GetLeft() != 7 {
		t.Errorf("reservation = %v", r)
	}
	var picked int64
	for _, p := range r.GetPicks() {
		picked += p.GetUnits()
	}
	if picked != 13 || len(r.GetPicks()) != 2 {
		t.Errorf("picks = %v, want 13 units from two shelves", r.GetPicks())
	}
	stored, err := s.orders.GetOrder(ctx, &shoppb.OrderRequest{Id: order.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	if stored.GetReservation().GetToken() != r.GetToken() {
		t.Errorf("stored order = %v, receipt's order = %v", stored, order)
	}
	mia, err := s.front.GetCustomer(ctx, &shoppb.CustomerRequest{Customer: "mia"})
	if err != nil {
		t.Fatal(err)
	}
	if mia.GetOrders() != 1 || mia.GetLastReceipt() != got.GetNumber() {
		t.Errorf("customer = %v, receipt = %v", mia, got)
	}
}

func TestBuyTooMany(t *testing.T) {
	s, ctx := newShop(t), t.Context()
	got, err := s.front.Buy(ctx, &shoppb.BuyRequest{Customer: "mia", Sku: "apple", Quantity: 21, Reference: "r1"})
	if err != nil {
		t.Fatal(err)
	}
	if st := got.GetOrder().GetStatus(); st != shoppb.Status_STATUS_REJECTED {
		t.Errorf("status = %v, want rejected", st)
	}
	checkLevel(t, s, 20)
	_, err = s.front.Buy(ctx, &shoppb.BuyRequest{Customer: "mia", Sku: "apple", Quantity: 0})
	if status.Code(err) != codes.InvalidArgument {
		t.Errorf("buying nothing: %v, want %v", err, codes.InvalidArgument)
	}
}

func TestRestock(t *testing.T) {
	s, ctx := newShop(t), t.Context()
	got, err := s.front.Restock(ctx, &shoppb.RestockRequest{Sku: "apple", Quantity: 5, Reference: "d1"})
	if err != nil {
		t.Fatal(err)
	}
	if got.GetUnits() != 25 {
		t.Errorf("level after restocking = %d, want 25", got.GetUnits())
	}
	checkLevel(t, s, 25)
}

// TestCounters has many customers buy at once and finds every purchase booked once in every tier.
func TestCounters(t *testing.T) {
	s, ctx := newShop(t), t.Context()
	if _, err := s.front.Restock(ctx, &shoppb.RestockRequest{Sku: "apple", Quantity: 100, Reference: "d1"}); err != nil {
		t.Fatal(err)
	}
	references := []string{"r1", "r2", "r3", "r4", "r5"}
	customers := []string{"mia", "noa", "pia", "ria"}
	var wg sync.WaitGroup
	for _, customer := range customers {
		wg.Go(func() {
			for _, reference := range references {
				if _, err := s.front.Buy(ctx, &shoppb.BuyRequest{Customer: customer, Sku: "apple", Quantity: 2, Reference: reference}); err != nil {
					t.Errorf("%s %s: %v", customer, reference, err)
				}
			}
		})
	}
	wg.Wait()
	want := map[string]int64{"r1": 1, "r2": 1, "r3": 1, "r4": 1, "r5": 1}
	for _, customer := range customers {
		purchases, err := s.front.ListPurchases(ctx, &shoppb.CustomerRequest{Customer: customer})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, purchases.GetBooked()); diff != "" {
			t.Errorf("%s: purchases (-want +got):\n%s", customer, diff)
		}
		orders, err := s.orders.ListOrders(ctx, &shoppb.CustomerRequest{Customer: customer})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, orders.GetBooked()); diff != "" {
			t.Errorf("%s: orders (-want +got):\n%s", customer, diff)
		}
	}
	ledger, err := s.stock.Ledger(ctx, &shoppb.LevelRequest{Sku: "apple"})
	if err != nil {
		t.Fatal(err)
	}
	if len(ledger.GetOrders()) != 20 || ledger.GetReserved() != 40 || ledger.GetLevel() != 80 || ledger.GetDeliveries()["d1"] != 1 {
		t.Errorf("ledger = %v, want 20 orders of 40 units, 80 left, d1 once", ledger)
	}
}

func TestAddress(t *testing.T) {
	s, ctx := newShop(t), t.Context()
	if _, err := s.front.GetCustomer(ctx, &shoppb.CustomerRequest{Customer: "mia"}); status.Code(err) != codes.NotFound {
		t.Errorf("an unknown customer: %v, want %v", err, codes.NotFound)
	}
	if _, err := s.front.SetAddress(ctx, &shoppb.SetAddressRequest{Customer: "mia", Address: "Main Street 1"}); err != nil {
		t.Fatal(err)
	}
	mia, err := s.front.GetCustomer(ctx, &shoppb.CustomerRequest{Customer: "mia"})
	if err != nil {
		t.Fatal(err)
	}
	if mia.GetAddress() != "Main Street 1" {
		t.Errorf("customer = %v", mia)
	}
}

func checkLevel(t *testing.T, s shop, want int64) {
	t.Helper()
	got, err := s.front.Available(t.Context(), &shoppb.LevelRequest{Sku: "apple"})
	if err != nil {
		t.Fatal(err)
	}
	if got.GetUnits() != want {
		t.Errorf("level = %d, want %d", got.GetUnits(), want)
	}
}
