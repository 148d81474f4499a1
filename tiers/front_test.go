package tiers

import (
	"context"
	"math/rand/v2"
	"sync"

	"google.golang.org/grpc"

	midasrt "github.com/midas-tiers/midas/runtime"
)

// The tier in front of the slides' two: it draws a value, sends it to tier 2 and stores what comes back.
//
//	tier 1: enter() { n = random(); sent += n; r = foo(n); got += r; return r }
//
// Sums, because they do not depend on the order in which concurrent operations reach the two tiers.

const enterMethod = "/tier1.Front/Enter"

var frontSites = midasrt.Sites("front", "enter random 0", "enter cut n")

var _ = midasrt.Table(midasrt.Method{Name: enterMethod, Slivers: []midasrt.Sliver{
	{Writes: []string{"Sent", "Begun"}, Contaminated: []string{"Sent"}, Offer: true},
	{From: fooMethod, Writes: []string{"Got", "Ended"}},
}})

// threeTiers is the whole system.
var threeTiers = append([]program{{
	tier: "tier1", calls: "tier2",
	build: func(p *Place) (*grpc.ServiceDesc, service) {
		return &frontDesc, &frontService{foo: dialTier(p, "tier2")}
	},
}}, slides...)

type frontService struct {
	mu           sync.Mutex
	Sent, Got    int64
	Begun, Ended int
	foo          *grpc.ClientConn
}

func (s *frontService) counts() (begun, ended int) { return s.Begun, s.Ended }

func (s *frontService) Enter(ctx context.Context, _ *number) (*number, error) {
	s.mu.Lock()
	s.Begun++
	var n int64
	midasrt.Do(func() {
		n = midasrt.Cut(frontSites[1], func() int64 { return midasrt.Rec(frontSites[0], rand.Int64) })
	})
	midasrt.Do(func() { *midasrt.P(&s.Sent) += n })
	var request *number
	midasrt.Do(func() { request = &number{Value: n} })
	s.mu.Unlock()

	reply := &number{}
	if err := s.foo.Invoke(ctx, fooMethod, request, reply); err != nil {
		return nil, err
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	s.Got += reply.Value
	s.Ended++
	return reply, nil
}

var frontDesc = grpc.ServiceDesc{
	ServiceName: "tier1.Front", HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{unary("Enter", enterMethod, (*frontService).Enter)},
}
