package bench

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/wrapperspb"

	midasrt "github.com/midas-tiers/midas/runtime"
)

// The subject: a handler that files a payment under a random number, with the time.

const payMethod = "/bench.Ledger/Pay"

type payment struct {
	Amount int64
	At     time.Time
}

type ledger struct {
	mu       sync.Mutex
	Payments map[int64]*payment
	Total    int64
	Count    int64
}

func newLedger() *ledger { return &ledger{Payments: make(map[int64]*payment)} }

// numbers of payments are few, so that the state does not grow with the length of the measurement.
const numbers = 1024

type number = wrapperspb.Int64Value

// payBare is the handler as it was written.
func (l *ledger) payBare(_ context.Context, in *number) (*number, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.Count++
	id := rand.Int64N(numbers)
	l.Payments[id] = &payment{Amount: in.Value, At: time.Now()}
	l.Total += in.Value
	return wrapperspb.Int64(id), nil
}

var sites = midasrt.Sites("bench", "ledger.Pay random 0", "ledger.Pay cut 0", "ledger.Pay time 0", "ledger.Pay cut 1")

var _ = midasrt.Table(midasrt.Method{Name: payMethod, Slivers: []midasrt.Sliver{
	{Writes: []string{"Payments", "Total", "Count"}, Contaminated: []string{"Payments"}},
}})

// Pay is the handler as the rewriter leaves it.
func (l *ledger) Pay(_ context.Context, in *number) (*number, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.Count++
	var id int64
	midasrt.Do(func() {
		id = midasrt.Cut(sites[1], func() int64 {
			return midasrt.Rec(sites[0], func() int64 { return rand.Int64N(numbers) })
		})
	})
	p := &payment{Amount: in.Value}
	midasrt.Do(func() {
		*midasrt.P(&p.At) = midasrt.Cut(sites[3], func() time.Time { return midasrt.Rec(sites[2], time.Now) })
		midasrt.Key(l.Payments, id)
		l.Payments[id] = p
	})
	l.Total += in.Value
	var reply *number
	midasrt.Do(func() { reply = wrapperspb.Int64(id) })
	return reply, nil
}

var ledgerDesc = grpc.ServiceDesc{
	ServiceName: "bench.Ledger", HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{{
		MethodName: "Pay",
		Handler: func(srv any, ctx context.Context, dec func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
			in := new(number)
			if err := dec(in); err != nil {
				return nil, err
			}
			return srv.(*ledger).Pay(ctx, in)
		},
	}},
}
