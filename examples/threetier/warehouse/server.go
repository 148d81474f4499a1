package warehouse

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"expvar"
	"log/slog"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/midas-tiers/midas/examples/threetier/shoppb"
)

// Metrics, served under /debug/vars by whoever imports net/http.
var (
	reserveCalls  = expvar.NewInt("stock_reserve_calls")
	reserveMicros = expvar.NewInt("stock_reserve_microseconds")
)

// dock is the shelf on which deliveries arrive.
const dock = "dock"

// Server implements shoppb.StockServer.
type Server struct {
	shoppb.UnimplementedStockServer

	mu           sync.Mutex
	products     map[string]*product
	reservations map[string]*shoppb.Reservation // by token
}

// product is one article and its history.
type product struct {
	shelves      map[string]int64 // units, by shelf
	reserved     int64
	restocked    int64
	orders       map[string]int64 // times reserved, by order
	deliveries   map[string]int64 // times booked, by delivery note
	lastReserved time.Time
}

// NewServer returns a warehouse with units of each of the skus on each of its shelves.
func NewServer(skus, shelves []string, units int64) *Server {
	s := &Server{
		products:     make(map[string]*product),
		reservations: make(map[string]*shoppb.Reservation),
	}
	for _, sku := range skus {
		p := s.product(sku)
		for _, shelf := range shelves {
			p.shelves[shelf] = units
		}
	}
	return s
}

// Reserve takes units off whichever shelves have some.
func (s *Server) Reserve(ctx context.Context, req *shoppb.ReserveRequest) (*shoppb.Reservation, error) {
	start := time.Now()
	defer func() {
		took := time.Since(start)
		reserveCalls.Add(1)
		reserveMicros.Add(took.Microseconds())
		slog.DebugContext(ctx, "reserved", "order", req.GetOrderId(), "took", took)
	}()
	if req.GetQuantity() <= 0 {
		return nil, status.Errorf(codes.InvalidArgument, "reserve %s: quantity %d is not positive", req.GetSku(), req.GetQuantity())
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.product(req.GetSku())
	if have := p.level(); have < req.GetQuantity() {
		return nil, status.Errorf(codes.FailedPrecondition, "reserve %s: %d wanted, %d on the shelves", req.GetSku(), req.GetQuantity(), have)
	}
	r := &shoppb.Reservation{
		Token:    newToken(),
		OrderId:  req.GetOrderId(),
		Sku:      req.GetSku(),
		Quantity: req.GetQuantity(),
		Picks:    p.take(req.GetQuantity()),
	}
	r.Left = p.level()
	p.reserved += r.Quantity
	p.orders[r.OrderId]++
	p.lastReserved = time.Now()
	s.reservations[r.Token] = r
	return r, nil
}

// Restock puts the units on the dock.
func (s *Server) Restock(ctx context.Context, req *shoppb.RestockRequest) (*shoppb.Level, error) {
	if req.GetQuantity() <= 0 {
		return nil, status.Errorf(codes.InvalidArgument, "restock %s: quantity %d is not positive", req.GetSku(), req.GetQuantity())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.product(req.GetSku())
	p.shelves[dock] += req.GetQuantity()
	p.restocked += req.GetQuantity()
	p.deliveries[req.GetReference()]++
	return &shoppb.Level{Sku: req.GetSku(), Units: p.level()}, nil
}

// GetLevel says how many units are on the shelves.
func (s *Server) GetLevel(ctx context.Context, req *shoppb.LevelRequest) (*shoppb.Level, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	level := &shoppb.Level{Sku: req.GetSku()}
	if p, ok := s.products[req.GetSku()]; ok {
		level.Units = p.level()
	}
	return level, nil
}

// Ledger sums up everything that ever happened to a product.
func (s *Server) Ledger(ctx context.Context, req *shoppb.LevelRequest) (*shoppb.LedgerReply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ledger := &shoppb.LedgerReply{Sku: req.GetSku(), Orders: make(map[string]int64), Deliveries: make(map[string]int64)}
	p, ok := s.products[req.GetSku()]
	if !ok {
		return ledger, nil
	}
	ledger.Level = p.level()
	ledger.Reserved = p.reserved
	ledger.Restocked = p.restocked
	for order, times := range p.orders {
		ledger.Orders[order] = times
	}
	for note, times := range p.deliveries {
		ledger.Deliveries[note] = times
	}
	return ledger, nil
}

// product returns the product, which starts without units. The caller holds s.mu.
func (s *Server) product(sku string) *product {
	p, ok := s.products[sku]
	if !ok {
		p = &product{shelves: make(map[string]int64), orders: make(map[string]int64), deliveries: make(map[string]int64)}
		s.products[sku] = p
	}
	return p
}

// level adds up the shelves.
func (p *product) level() int64 {
	var sum int64
	for _, units := range p.shelves {
		sum += units
	}
	return sum
}

// take takes units off the shelves, as they come, and says where from. There must be enough.
func (p *product) take(units int64) []*shoppb.Pick {
	var picks []*shoppb.Pick
	for shelf, have := range p.shelves {
		n := min(have, units)
		if n == 0 {
			continue
		}
		p.shelves[shelf] -= n
		picks = append(picks, &shoppb.Pick{Shelf: shelf, Units: n})
		units -= n
		if units == 0 {
			break
		}
	}
	return picks
}

// newToken returns a token that cannot be guessed.
func newToken() string {
	b := make([]byte, 12)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}
