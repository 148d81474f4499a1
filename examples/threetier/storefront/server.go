package storefront

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/midas-tiers/midas/examples/threetier/shoppb"
)

// voucherEvery is how many receipts there are, on average, for each that wins a voucher.
const voucherEvery = 16

// Server implements shoppb.FrontServer.
type Server struct {
	shoppb.UnimplementedFrontServer

	orders shoppb.OrdersClient

	mu        sync.Mutex
	customers map[string]*customer
	receipts  map[string]receipt // by number
}

// customer is what the shop knows about somebody.
type customer struct {
	name        string
	address     string
	orders      int64
	vouchers    int64
	lastReceipt string
	lastSeen    time.Time
	booked      map[string]int64 // receipts issued, by reference
}

// receipt is the shop's own copy of a receipt.
type receipt struct {
	customer    string
	order       string
	reservation string // the token of the stock's reservation, "" if the order was rejected
	issued      time.Time
	voucher     bool
}

// NewServer returns a store front without customers that places orders with orders.
func NewServer(orders shoppb.OrdersClient) *Server {
	return &Server{
		orders:    orders,
		customers: make(map[string]*customer),
		receipts:  make(map[string]receipt),
	}
}

// Buy places the order, then issues a receipt.
func (s *Server) Buy(ctx context.Context, req *shoppb.BuyRequest) (*shoppb.Receipt, error) {
	if req.GetCustomer() == "" {
		return nil, status.Error(codes.InvalidArgument, "buy: no customer")
	}
	s.mu.Lock()
	s.customer(req.GetCustomer()).orders++
	s.mu.Unlock()

	order, err := s.orders.Place(ctx, &shoppb.PlaceRequest{
		Customer:  req.GetCustomer(),
		Sku:       req.GetSku(),
		Quantity:  req.GetQuantity(),
		Reference: req.GetReference(),
	})
	if err != nil {
		return nil, err
	}
	return s.issue(req, order), nil
}

// issue writes the receipt for an order into the books.
func (s *Server) issue(req *shoppb.BuyRequest, order *shoppb.Order) *shoppb.Receipt {
	number := uuid.NewString()
	now := time.Now()

	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.customer(req.GetCustomer())
	c.booked[req.GetReference()]++
	c.lastReceipt = number
	c.lastSeen = now
	won := false
	if rand.IntN(voucherEvery) == 0 {
		won = true
		c.vouchers++
	}
	s.receipts[number] = receipt{
		customer:    c.name,
		order:       order.GetId(),
		reservation: order.GetReservation().GetToken(),
		issued:      now,
		voucher:     won,
	}
	return &shoppb.Receipt{Number: number, Order: order, Issued: timestamppb.New(now), Voucher: won}
}

// Restock passes a delivery on.
func (s *Server) Restock(ctx context.Context, req *shoppb.RestockRequest) (*shoppb.Level, error) {
	return s.orders.Restock(ctx, req)
}

// Available passes the question on.
func (s *Server) Available(ctx context.Context, req *shoppb.LevelRequest) (*shoppb.Level, error) {
	return s.orders.Available(ctx, req)
}

// SetAddress notes where a customer lives.
func (s *Server) SetAddress(ctx context.Context, req *shoppb.SetAddressRequest) (*shoppb.Customer, error) {
	if req.GetCustomer() == "" {
		return nil, status.Error(codes.InvalidArgument, "set address: no customer")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.customer(req.GetCustomer())
	c.address = req.GetAddress()
	return c.proto(), nil
}

// GetCustomer returns what is known about a customer.
func (s *Server) GetCustomer(ctx context.Context, req *shoppb.CustomerRequest) (*shoppb.Customer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.customers[req.GetCustomer()]
	if !ok {
		return nil, status.Errorf(codes.NotFound, "no customer %s", req.GetCustomer())
	}
	return c.proto(), nil
}

// ListPurchases says how many receipts were issued for each of a customer's references.
func (s *Server) ListPurchases(ctx context.Context, req *shoppb.CustomerRequest) (*shoppb.References, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := &shoppb.References{Booked: make(map[string]int64)}
	if c, ok := s.customers[req.GetCustomer()]; ok {
		for reference, times := range c.booked {
			list.Booked[reference] = times
		}
	}
	return list, nil
}

// customer returns the customer, who is new at the first mention. The caller holds s.mu.
func (s *Server) customer(name string) *customer {
	c, ok := s.customers[name]
	if !ok {
		c = &customer{name: name, booked: make(map[string]int64)}
		s.customers[name] = c
	}
	return c
}

// proto returns what a client may see. The caller holds the server's mu.
func (c *customer) proto() *shoppb.Customer {
	return &shoppb.Customer{
		Name:        c.name,
		Address:     c.address,
		Orders:      c.orders,
		Vouchers:    c.vouchers,
		LastReceipt: c.lastReceipt,
	}
}
