package tiers

import (
	"context"
	"math/rand/v2"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"

	midasrt "github.com/midas-tiers/midas/runtime"
)

// A tier by itself, with what the slides do not have: places of single map keys, methods that only read, an external effect.

const (
	putMethod   = "/shelf.Shelf/Put"   // draws, and writes the cell of its key
	countMethod = "/shelf.Shelf/Count" // adds one to the cell of its key and answers what it holds; draws nothing
	getMethod   = "/shelf.Shelf/Get"   // reads the cell of its key
	liarMethod  = "/shelf.Shelf/Liar"  // is taken to read, and calls another tier
	mailMethod  = "/shelf.Shelf/Mail"  // sends a mail, and counts it
	oddMethod   = "/shelf.Shelf/Odd"   // draws what cannot be put into words; analysis gives it all state
	rogueMethod = "/shelf.Shelf/Rogue" // breaks a promise of the rewriter after it has written
)

const (
	cellPlace = "tiers.shelfService.Cells[Value]"
	mailPlace = "tiers.shelfService.Mails"
)

var shelfSites = midasrt.Sites("shelf", "put random 0", "put cut v")

var _ = midasrt.Table(
	midasrt.Method{Name: putMethod, Slivers: []midasrt.Sliver{{Writes: []string{cellPlace}, Contaminated: []string{cellPlace}}}},
	midasrt.Method{Name: countMethod, Slivers: []midasrt.Sliver{{Reads: []string{cellPlace}, Writes: []string{cellPlace}}}},
	midasrt.Method{Name: getMethod, ReadOnly: true, Slivers: []midasrt.Sliver{{Reads: []string{cellPlace}}}},
	midasrt.Method{Name: liarMethod, ReadOnly: true, Slivers: []midasrt.Sliver{{Reads: []string{cellPlace}}}},
	midasrt.Method{Name: oddMethod, Slivers: []midasrt.Sliver{{Reads: everything, Writes: everything, Contaminated: everything}}},
	midasrt.Method{Name: rogueMethod, Slivers: []midasrt.Sliver{{Writes: []string{cellPlace}, Contaminated: []string{cellPlace}}}},
	midasrt.Method{Name: mailMethod, Slivers: []midasrt.Sliver{
		{Writes: []string{mailPlace}}, {From: "shelf.send", Writes: []string{mailPlace}},
	}},
)

var shelf = []program{{tier: "shelf", build: func(*Place) (*grpc.ServiceDesc, service) {
	return &shelfDesc, &shelfService{Cells: make(map[int64]int64)}
}}}

type shelfService struct {
	mu    sync.Mutex
	Cells map[int64]int64
	Mails int64

	work func(key int64)             // of Put, before it takes the lock
	send func(text int64) (_ string) // of Mail: the outside
}

func (s *shelfService) counts() (begun, ended int) { return 0, 0 }

func (s *shelfService) Put(_ context.Context, in *number) (*number, error) {
	if s.work != nil {
		s.work(in.Value)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var v int64
	midasrt.Do(func() {
		v = midasrt.Cut(shelfSites[1], func() int64 { return midasrt.Rec(shelfSites[0], rand.Int64) })
	})
	midasrt.Do(func() {
		midasrt.Key(s.Cells, in.Value)
		s.Cells[in.Value] = 31*s.Cells[in.Value] + v
	})
	var reply *number
	midasrt.Do(func() { reply = wrapperspb.Int64(v) })
	return reply, nil
}

func (s *shelfService) Count(_ context.Context, in *number) (*number, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Cells[in.Value]++
	return wrapperspb.Int64(s.Cells[in.Value]), nil
}

func (s *shelfService) Get(_ context.Context, in *number) (*number, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return wrapperspb.Int64(s.Cells[in.Value]), nil
}

func (s *shelfService) Liar(ctx context.Context, in *number) (*number, error) {
	_, err := midasrt.FromContext(ctx).Park(&midasrt.Call{Tier: "shelf", Method: getMethod})
	return in, err
}

// Mail panics in its effect for 13.
func (s *shelfService) Mail(_ context.Context, in *number) (*number, error) {
	s.Mails++
	got := midasrt.Effect("shelf_test.go", "shelf.send", func() string { return s.send(in.Value) })
	s.Mails += 100
	if got == "" {
		return nil, status.Error(codes.Unavailable, "no mail today")
	}
	return wrapperspb.Int64(s.Mails), nil
}

// Odd draws a function, and stores what it says.
func (s *shelfService) Odd(_ context.Context, in *number) (*number, error) {
	var v int64
	midasrt.Do(func() {
		n := rand.Int64()
		v = midasrt.Rec(shelfSites[0], func() func() int64 { return func() int64 { return n } })()
	})
	midasrt.Do(func() {
		midasrt.Key(s.Cells, in.Value)
		s.Cells[in.Value] = v
	})
	var reply *number
	midasrt.Do(func() { reply = wrapperspb.Int64(v) })
	return reply, nil
}

// Rogue has an external effect inside the value of a source.
func (s *shelfService) Rogue(_ context.Context, in *number) (*number, error) {
	s.Cells[in.Value] = rand.Int64()
	midasrt.Rec(shelfSites[0], func() string {
		return midasrt.Effect("shelf_test.go", "shelf.send", func() string { return "" })
	})
	return in, nil
}

var shelfDesc = grpc.ServiceDesc{
	ServiceName: "shelf.Shelf", HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{
		unary("Put", putMethod, (*shelfService).Put),
		unary("Count", countMethod, (*shelfService).Count),
		unary("Get", getMethod, (*shelfService).Get),
		unary("Liar", liarMethod, (*shelfService).Liar),
		unary("Mail", mailMethod, (*shelfService).Mail),
		unary("Odd", oddMethod, (*shelfService).Odd),
		unary("Rogue", rogueMethod, (*shelfService).Rogue),
	},
}
