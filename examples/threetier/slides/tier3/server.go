// Package tier3 is the slides' last tier: bar.
package tier3

import (
	"context"
	"math/rand/v2"
	"sync"

	"github.com/midas-tiers/midas/examples/threetier/slides/slidespb"
)

// Server implements slidespb.Tier3Server.
type Server struct {
	slidespb.UnimplementedTier3Server

	mu    sync.Mutex
	e, f  int64
	calls int64
}

// NewServer returns a server with zero state.
func NewServer() *Server {
	return &Server{}
}

// Bar is the slides' bar.
func (s *Server) Bar(_ context.Context, req *slidespb.BarRequest) (*slidespb.BarReply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.e = rand.Int64N(1 << 32)
	s.f = req.GetA() + 5
	s.calls++
	return &slidespb.BarReply{}, nil
}

// Inspect returns the state.
func (s *Server) Inspect(context.Context, *slidespb.InspectRequest) (*slidespb.Tier3State, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &slidespb.Tier3State{E: s.e, F: s.f, Calls: s.calls}, nil
}
