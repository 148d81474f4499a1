package tiers

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"

	midasrt "github.com/midas-tiers/midas/runtime"
)

// The slides' example, instrumented by hand as the rewriter does it:
//
//	tier 2: foo(n) { got += n; a = random(); b = a + 5; asked += a; heard += bar(a); c = gettimeofday(); d = c * 60; answered += d; return d }
//	tier 3: bar(a) { r = random(); e += r; f += a; return r }
//
// Each tier also counts its operations, so that lost and doubled ones show; n, got and answered are for the tier in front (front_test.go).
// Sums, because they do not depend on the order in which concurrent operations reach the tiers.

const (
	fooMethod  = "/tier2.Foo/Foo"
	pureMethod = "/tier2.Foo/Pure"
	badMethod  = "/tier2.Foo/Bad"
	barMethod  = "/tier3.Bar/Bar"
	lateMethod = "/tier2.Foo/Late"
)

var sites = midasrt.Sites("slides",
	"foo random 0", "foo cut a", "foo cut b", "foo time 0", "foo cut c", "foo cut d",
	"bar random 0", "bar cut e", "bar cut f", "bad random 0")

var _ = midasrt.Table(
	midasrt.Method{Name: fooMethod, Slivers: []midasrt.Sliver{
		{Writes: []string{"A", "B", "Asked", "Calls", "Got"}, Contaminated: []string{"A", "B", "Asked"}, Offer: true},
		{
			From: barMethod, Writes: []string{"C", "D", "Heard", "Done", "Answered"},
			Contaminated: []string{"C", "D", "Answered"},
		},
	}},
	midasrt.Method{Name: pureMethod, Slivers: []midasrt.Sliver{{Writes: []string{"Pures"}}}},
	midasrt.Method{Name: badMethod, Slivers: []midasrt.Sliver{{Writes: []string{"A", "Bads"}, Contaminated: []string{"A"}}}},
	midasrt.Method{Name: lateMethod, Slivers: []midasrt.Sliver{
		{Writes: []string{"A", "B"}, Contaminated: []string{"A", "B"}, Offer: true}, {From: barMethod, Writes: []string{"Lates"}},
	}},
	midasrt.Method{Name: barMethod, Slivers: []midasrt.Sliver{
		{Writes: []string{"E", "F", "Calls"}, Contaminated: []string{"E"}},
	}},
)

// slides are the programs of both tiers.
var slides = []program{
	{tier: "tier2", calls: "tier3", build: func(p *Place) (*grpc.ServiceDesc, service) { return &fooDesc, newFoo(p) }},
	{tier: "tier3", build: func(*Place) (*grpc.ServiceDesc, service) { return &barDesc, &barService{} }},
}

// dialTier is what NewClient does in a process with the place.
func dialTier(p *Place, tier string) *grpc.ClientConn {
	target, opts := p.dial(tier, []grpc.DialOption{grpc.WithTransportCredentials(insecure.NewCredentials())})
	conn, err := grpc.NewClient(target, opts...)
	if err != nil {
		panic(err)
	}
	return conn
}

type fooService struct {
	mu                 sync.Mutex
	A, B, C, D         int64
	Asked, Heard       int64
	Got, Answered      int64
	Calls, Done, Pures int
	Bads, Lates        int
	bar                *grpc.ClientConn
}

func newFoo(p *Place) *fooService { return &fooService{bar: dialTier(p, "tier3")} }

func (s *fooService) counts() (begun, ended int) { return s.Calls, s.Done }

func (s *fooService) Foo(ctx context.Context, in *number) (*number, error) {
	s.mu.Lock()
	s.Calls++
	s.Got += in.Value
	midasrt.Do(func() {
		*midasrt.P(&s.A) = midasrt.Cut(sites[1], func() int64 { return midasrt.Rec(sites[0], rand.Int64) })
	})
	midasrt.Do(func() { *midasrt.P(&s.B) = midasrt.Cut(sites[2], func() int64 { return s.A + 5 }) })
	midasrt.Do(func() { *midasrt.P(&s.Asked) += s.A })
	var request *number
	midasrt.Do(func() { request = wrapperspb.Int64(s.A) })
	s.mu.Unlock()

	reply := &number{}
	if err := s.bar.Invoke(ctx, barMethod, request, reply); err != nil {
		return nil, err
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	s.Heard += reply.Value
	s.Done++
	midasrt.Do(func() {
		*midasrt.P(&s.C) = midasrt.Cut(sites[4], func() int64 {
			return midasrt.Rec(sites[3], func() int64 { return time.Now().UnixNano() })
		})
	})
	midasrt.Do(func() { *midasrt.P(&s.D) = midasrt.Cut(sites[5], func() int64 { return s.C * 60 }) })
	midasrt.Do(func() { *midasrt.P(&s.Answered) += s.D })
	var result *number
	midasrt.Do(func() { result = wrapperspb.Int64(s.D) })
	return result, nil
}

// Pure draws nothing.
func (s *fooService) Pure(context.Context, *number) (*number, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Pures++
	return wrapperspb.Int64(int64(s.Pures)), nil
}

// Bad panics for 1, and for 2 draws a value where no tape holds it.
func (s *fooService) Bad(_ context.Context, in *number) (*number, error) {
	s.Bads++
	switch in.Value {
	case 1:
		panic("no such shelf")
	case 2:
		s.A = midasrt.Rec(sites[9], rand.Int64)
	}
	return in, nil
}

// Late calls bar and waits so many milliseconds.
func (s *fooService) Late(ctx context.Context, in *number) (*number, error) {
	midasrt.Do(func() {
		*midasrt.P(&s.A) = midasrt.Cut(sites[1], func() int64 { return midasrt.Rec(sites[0], rand.Int64) })
	})
	midasrt.Do(func() { *midasrt.P(&s.B) = s.A + 5 })
	ctx, cancel := context.WithTimeout(ctx, time.Duration(in.Value)*time.Millisecond)
	defer cancel()
	err := s.bar.Invoke(ctx, barMethod, in, &number{})
	s.mu.Lock()
	defer s.mu.Unlock()
	if status.Code(err) == codes.DeadlineExceeded {
		s.Lates++
	}
	return wrapperspb.Int64(int64(s.Lates)), nil
}

type barService struct {
	mu    sync.Mutex
	E, F  int64
	Calls int
}

func (s *barService) counts() (begun, ended int) { return s.Calls, s.Calls }

func (s *barService) Bar(_ context.Context, in *number) (*number, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Calls++
	var r int64
	midasrt.Do(func() { r = midasrt.Cut(sites[7], func() int64 { return midasrt.Rec(sites[6], rand.Int64) }) })
	midasrt.Do(func() { *midasrt.P(&s.E) += r })
	s.F += in.Value
	var reply *number
	midasrt.Do(func() { reply = wrapperspb.Int64(r) })
	return reply, nil
}

type number = wrapperspb.Int64Value

// unary describes a method as generated code does.
func unary[S any](name, full string, f func(S, context.Context, *number) (*number, error)) grpc.MethodDesc {
	return grpc.MethodDesc{
		MethodName: name,
		Handler: func(srv any, ctx context.Context, dec func(any) error, chain grpc.UnaryServerInterceptor) (any, error) {
			in := new(number)
			if err := dec(in); err != nil {
				return nil, err
			}
			if chain == nil {
				return f(srv.(S), ctx, in)
			}
			return chain(ctx, in, &grpc.UnaryServerInfo{Server: srv, FullMethod: full},
				func(ctx context.Context, in any) (any, error) { return f(srv.(S), ctx, in.(*number)) })
		},
	}
}

var fooDesc = grpc.ServiceDesc{
	ServiceName: "tier2.Foo", HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{
		unary("Foo", fooMethod, (*fooService).Foo),
		unary("Pure", pureMethod, (*fooService).Pure),
		unary("Bad", badMethod, (*fooService).Bad),
		unary("Late", lateMethod, (*fooService).Late),
	},
}

var barDesc = grpc.ServiceDesc{
	ServiceName: "tier3.Bar", HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{unary("Bar", barMethod, (*barService).Bar)},
}
