package tiers

import "sync"

// marks numbers a client's requests and keeps its low-water mark. The zero value is ready. It is safe for concurrent use.
type marks struct {
	mu   sync.Mutex
	next uint64          // last number given
	low  uint64          // every lower number is done
	open map[uint64]bool // numbers given and not done
}

// begin returns the next number, from 1, and the mark: every lower number is answered and will not be asked again.
func (m *marks) begin() (seq, mark uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.open == nil {
		m.open, m.low = make(map[uint64]bool), 1
	}
	m.next++
	m.open[m.next] = true
	return m.next, m.low
}

// done says that the request was answered or given up.
func (m *marks) done(seq uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.open, seq)
	for m.low <= m.next && !m.open[m.low] {
		m.low++
	}
}
