package wire

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"
)

// First bytes of a connection.
const (
	preambleRaft  = 'R'
	preambleFrame = 'M'
)

// TCPConfig describes a replica's port. All fields are required.
type TCPConfig struct {
	Self   ID
	Addr   string        // to listen on
	Peers  map[ID]string // every other replica's address
	Handle Handler
	Logger *slog.Logger
}

// TCP is a Link over one listening port and one outgoing connection to each peer.
type TCP struct {
	config  TCPConfig
	lis     net.Listener
	streams *streamLayer
	peers   map[ID]*peer
	wait    sync.WaitGroup
	done    chan struct{}

	mu    sync.Mutex
	conns map[net.Conn]bool // open ones, nil after Close
}

// Listen opens the port. A port in use is an error that names the address.
func Listen(c TCPConfig) (*TCP, error) {
	lis, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return nil, fmt.Errorf("listen for peers: %w", err)
	}
	t := &TCP{
		config: c, lis: lis, peers: make(map[ID]*peer),
		done: make(chan struct{}), conns: make(map[net.Conn]bool),
	}
	t.streams = newStreamLayer(lis.Addr())
	for id, addr := range c.Peers {
		if id != c.Self {
			t.peers[id] = newPeer(t, addr)
		}
	}
	t.wait.Go(t.accept)
	return t, nil
}

// Addr is the address that the port is bound to.
func (t *TCP) Addr() string { return t.lis.Addr().String() }

// Streams is raft's share of the port.
func (t *TCP) Streams() StreamLayer { return t.streams }

// Send is Link.Send. A replica that is not among the peers, the sender itself included, gets nothing.
func (t *TCP) Send(to ID, f *Frame) {
	if p := t.peers[to]; p != nil {
		p.send(f)
	}
}

// Move is Link.Move. Of a replica that is not among the peers there is nothing to know.
func (t *TCP) Move(to ID, addr string) {
	if p := t.peers[to]; p != nil {
		p.move(addr)
	}
}

// Close is Link.Close. It ends every connection and returns when no goroutine is left.
func (t *TCP) Close() error {
	t.mu.Lock()
	if t.conns == nil {
		t.mu.Unlock()
		return nil
	}
	close(t.done)
	for c := range t.conns {
		c.Close()
	}
	t.conns = nil
	t.mu.Unlock()
	err := errors.Join(t.lis.Close(), t.streams.Close())
	t.wait.Wait()
	return err
}

func (t *TCP) accept() {
	for {
		conn, err := t.lis.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			t.config.Logger.Warn("accept a peer", "error", err)
			time.Sleep(50 * time.Millisecond)
			continue
		}
		if t.track(conn) {
			t.wait.Go(func() { t.serve(conn) })
		}
	}
}

// serve reads a connection's first byte and hands the rest to whom it is for.
func (t *TCP) serve(conn net.Conn) {
	var first [1]byte
	conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	_, err := io.ReadFull(conn, first[:])
	conn.SetReadDeadline(time.Time{})
	switch {
	case err == nil && first[0] == preambleRaft:
		t.untrack(conn)
		t.streams.give(conn)
	case err == nil && first[0] == preambleFrame:
		t.read(conn)
	default:
		t.drop(conn)
	}
}

// read handles a connection's frames until it ends.
func (t *TCP) read(conn net.Conn) {
	defer t.drop(conn)
	var mu sync.Mutex
	answer := func(f *Frame) {
		mu.Lock()
		defer mu.Unlock()
		conn.SetWriteDeadline(time.Now().Add(writeLimit))
		if err := writeFrame(conn, f); err != nil {
			conn.Close()
		}
	}
	r := bufio.NewReaderSize(conn, 64<<10)
	for {
		f, err := readFrame(r)
		if err != nil {
			return
		}
		t.config.Handle(f, answer)
	}
}

// track notes an open connection; it closes conn and returns false after Close.
func (t *TCP) track(conn net.Conn) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.conns == nil {
		conn.Close()
		return false
	}
	t.conns[conn] = true
	return true
}

func (t *TCP) untrack(conn net.Conn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.conns, conn)
}

func (t *TCP) drop(conn net.Conn) {
	t.untrack(conn)
	conn.Close()
}
