package wire

import (
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/hashicorp/raft"
)

// StreamLayer is what raft asks of a network.
type StreamLayer = raft.StreamLayer

// streamLayer gives raft the connections that are its own. Raft leaves some open when it stops; they end with the layer.
type streamLayer struct {
	addr  net.Addr
	conns chan net.Conn
	done  chan struct{}

	mu   sync.Mutex
	open map[*stream]bool // nil after Close
}

// stream is one of raft's connections.
type stream struct {
	net.Conn
	layer *streamLayer
}

func (s *stream) Close() error {
	s.layer.mu.Lock()
	delete(s.layer.open, s)
	s.layer.mu.Unlock()
	return s.Conn.Close()
}

func newStreamLayer(addr net.Addr) *streamLayer {
	return &streamLayer{addr: addr, conns: make(chan net.Conn), done: make(chan struct{}), open: make(map[*stream]bool)}
}

// hold notes a connection; after Close it closes conn and returns an error.
func (s *streamLayer) hold(conn net.Conn) (net.Conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil {
		conn.Close()
		return nil, net.ErrClosed
	}
	held := &stream{Conn: conn, layer: s}
	s.open[held] = true
	return held, nil
}

func (s *streamLayer) give(conn net.Conn) {
	held, err := s.hold(conn)
	if err != nil {
		return
	}
	select {
	case s.conns <- held:
	case <-s.done:
		held.Close()
	}
}

func (s *streamLayer) Accept() (net.Conn, error) {
	select {
	case conn := <-s.conns:
		return conn, nil
	case <-s.done:
		return nil, net.ErrClosed
	}
}

func (s *streamLayer) Addr() net.Addr { return s.addr }

func (s *streamLayer) Close() error {
	s.mu.Lock()
	open := s.open
	s.open = nil
	s.mu.Unlock()
	if open == nil {
		return nil
	}
	close(s.done)
	for conn := range open {
		conn.Conn.Close()
	}
	return nil
}

func (s *streamLayer) Dial(addr raft.ServerAddress, timeout time.Duration) (net.Conn, error) {
	conn, err := net.DialTimeout("tcp", string(addr), timeout)
	if err != nil {
		return nil, fmt.Errorf("dial peer: %w", err)
	}
	if _, err := conn.Write([]byte{preambleRaft}); err != nil {
		conn.Close()
		return nil, fmt.Errorf("dial peer %s: %w", addr, err)
	}
	return s.hold(conn)
}
