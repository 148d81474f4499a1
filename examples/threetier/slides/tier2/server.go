// Package tier2 is the slides' middle tier: foo, which calls tier 3's bar.
package tier2

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/midas-tiers/midas/examples/threetier/slides/slidespb"
)

// Server implements slidespb.Tier2Server.
type Server struct {
	slidespb.UnimplementedTier2Server

	tier3 slidespb.Tier3Client

	mu         sync.Mutex
	a, b, c, d int64
	calls      int64
}

// NewServer returns a server that calls tier3.
func NewServer(tier3 slidespb.Tier3Client) *Server {
	return &Server{tier3: tier3}
}

// Foo is the slides' foo.
func (s *Server) Foo(ctx context.Context, _ *slidespb.FooRequest) (*slidespb.FooReply, error) {
	s.mu.Lock()
	s.a = rand.Int64N(1 << 32)
	s.b = s.a + 5
	req := &slidespb.BarRequest{A: s.a}
	s.mu.Unlock()

	if _, err := s.tier3.Bar(ctx, req); err != nil {
		return nil, err
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	s.c = time.Now().UnixMicro()
	s.d = s.c * 60
	s.calls++
	return &slidespb.FooReply{}, nil
}

// Inspect returns the state.
func (s *Server) Inspect(context.Context, *slidespb.InspectRequest) (*slidespb.Tier2State, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &slidespb.Tier2State{A: s.a, B: s.b, C: s.c, D: s.d, Calls: s.calls}, nil
}
