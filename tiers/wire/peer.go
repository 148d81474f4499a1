package wire

import (
	"bufio"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

const (
	queueLength = 4096            // frames that wait for one peer; later ones are dropped
	writeLimit  = 5 * time.Second // a peer that takes nothing for so long is disconnected
	dialLimit   = time.Second
	backoffMin  = 20 * time.Millisecond
	backoffMax  = time.Second
)

// peer is the outgoing side towards one replica. Its goroutine starts with the first frame.
type peer struct {
	tcp   *TCP
	start sync.Once
	queue chan *Frame
	addr  atomic.Pointer[string]
	moved chan struct{} // capacity one; receives after addr has changed
}

func newPeer(t *TCP, addr string) *peer {
	p := &peer{tcp: t, queue: make(chan *Frame, queueLength), moved: make(chan struct{}, 1)}
	p.addr.Store(&addr)
	return p
}

// move ends the connection to where the replica was.
func (p *peer) move(addr string) {
	if old := p.addr.Swap(&addr); *old == addr {
		return
	}
	select {
	case p.moved <- struct{}{}:
	default:
	}
}

func (p *peer) send(f *Frame) {
	p.start.Do(p.launch)
	select {
	case p.queue <- f:
	default:
	}
}

// launch starts the goroutine, unless the link is closed.
func (p *peer) launch() {
	p.tcp.mu.Lock()
	defer p.tcp.mu.Unlock()
	if p.tcp.conns != nil {
		p.tcp.wait.Go(p.run)
	}
}

func (p *peer) run() {
	backoff := backoffMin
	for {
		conn, err := net.DialTimeout("tcp", *p.addr.Load(), dialLimit)
		if err == nil && p.tcp.track(conn) {
			backoff = backoffMin
			p.feed(conn)
			p.tcp.drop(conn)
		}
		if !p.discard(backoff) {
			return
		}
		backoff = min(2*backoff, backoffMax)
	}
}

// feed writes frames until the connection fails or the link closes.
func (p *peer) feed(conn net.Conn) {
	ended := make(chan struct{})
	p.tcp.wait.Go(func() {
		io.Copy(io.Discard, conn) // a peer sends nothing back; the read ends when the connection does
		close(ended)
	})
	w := bufio.NewWriterSize(conn, 64<<10)
	w.WriteByte(preambleFrame)
	for {
		select {
		case f := <-p.queue:
			conn.SetWriteDeadline(time.Now().Add(writeLimit))
			if writeFrame(w, f) != nil {
				return
			}
			if len(p.queue) == 0 && w.Flush() != nil {
				return
			}
		case <-ended:
			return
		case <-p.moved:
			return
		case <-p.tcp.done:
			return
		}
	}
}

// discard drops what is queued for so long, since it would be stale; it returns false when the link closes.
func (p *peer) discard(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for {
		select {
		case <-p.queue:
		case <-timer.C:
			return true
		case <-p.tcp.done:
			return false
		}
	}
}
