package ordering

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

// giftEvery is how many orders there are, on average, for each that gets a gift.
const giftEvery = 8

// packers are the people who pack.
var packers = []string{"ada", "grace", "barbara", "frances"}

// Server implements shoppb.OrdersServer.
type Server struct {
	shoppb.UnimplementedOrdersServer

	stock shoppb.StockClient

	mu      sync.Mutex
	orders  map[string]*shoppb.Order    // by id
	booked  map[string]map[string]int64 // orders entered, by customer and reference
	open    int64
	gifts   int64
	workers map[string]int64 // orders, by packer
}

// NewServer returns an empty order book that reserves from stock.
func NewServer(stock shoppb.StockClient) *Server {
	return &Server{
		stock:   stock,
		orders:  make(map[string]*shoppb.Order),
		booked:  make(map[string]map[string]int64),
		workers: make(map[string]int64),
	}
}

// Place enters the order, then reserves. An order for which there is no stock stays in the book as rejected.
func (s *Server) Place(ctx context.Context, req *shoppb.PlaceRequest) (*shoppb.Order, error) {
	if req.GetQuantity() <= 0 {
		return nil, status.Errorf(codes.InvalidArgument, "place: quantity %d is not positive", req.GetQuantity())
	}
	id := s.enter(req)

	r, err := s.stock.Reserve(ctx, &shoppb.ReserveRequest{OrderId: id, Sku: req.GetSku(), Quantity: req.GetQuantity()})
	if err != nil && status.Code(err) != codes.FailedPrecondition {
		return nil, err
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	order := s.orders[id]
	s.open--
	if err != nil {
		order.Status = shoppb.Status_STATUS_REJECTED
		return order, nil
	}
	order.Status = shoppb.Status_STATUS_RESERVED
	order.Reservation = r
	return order, nil
}

// enter writes a new order into the book and returns its id.
func (s *Server) enter(req *shoppb.PlaceRequest) string {
	id := uuid.NewString()
	order := &shoppb.Order{
		Id:        id,
		Customer:  req.GetCustomer(),
		Sku:       req.GetSku(),
		Quantity:  req.GetQuantity(),
		Reference: req.GetReference(),
		Created:   timestamppb.New(time.Now()),
		Packer:    packers[rand.IntN(len(packers))],
		Shipping:  cheapest(req.GetQuantity()),
		Status:    shoppb.Status_STATUS_OPEN,
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	s.orders[id] = order
	s.workers[order.Packer]++
	s.open++
	if s.booked[order.Customer] == nil {
		s.booked[order.Customer] = make(map[string]int64)
	}
	s.booked[order.Customer][order.Reference]++
	if rand.IntN(giftEvery) == 0 {
		order.Gift = true
		s.gifts++
	}
	return id
}

// cheapest asks two carriers for a price, in cents, and takes the lower one.
func cheapest(units int64) int64 {
	carriers := []func(units int64) int64{
		func(units int64) int64 { return 490 + 20*units },
		func(units int64) int64 { return 350 + 45*units },
	}
	prices := make([]int64, len(carriers))
	var wg sync.WaitGroup
	for i, price := range carriers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			prices[i] = price(units)
		}()
	}
	wg.Wait()
	return min(prices[0], prices[1])
}

// Restock passes a delivery on to the stock.
func (s *Server) Restock(ctx context.Context, req *shoppb.RestockRequest) (*shoppb.Level, error) {
	return s.stock.Restock(ctx, req)
}

// Available passes the question on to the stock.
func (s *Server) Available(ctx context.Context, req *shoppb.LevelRequest) (*shoppb.Level, error) {
	return s.stock.GetLevel(ctx, req)
}

// GetOrder returns one order by its id.
func (s *Server) GetOrder(ctx context.Context, req *shoppb.OrderRequest) (*shoppb.Order, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	order, ok := s.orders[req.GetId()]
	if !ok {
		return nil, status.Errorf(codes.NotFound, "no order %s", req.GetId())
	}
	return order, nil
}

// ListOrders says how many orders were entered for each of a customer's references.
func (s *Server) ListOrders(ctx context.Context, req *shoppb.CustomerRequest) (*shoppb.References, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := &shoppb.References{Booked: make(map[string]int64)}
	for reference, times := range s.booked[req.GetCustomer()] {
		list.Booked[reference] = times
	}
	return list, nil
}
