package tiers

import "sync"

// mailbox holds what goroutines that must not wait have for the loop. It takes any number, in order.
type mailbox struct {
	filled chan struct{} // capacity one; receives after put

	mu    sync.Mutex
	items []func()
}

func newMailbox() *mailbox { return &mailbox{filled: make(chan struct{}, 1)} }

// put may be called from any goroutine, the loop's too.
func (m *mailbox) put(f func()) {
	m.mu.Lock()
	m.items = append(m.items, f)
	m.mu.Unlock()
	select {
	case m.filled <- struct{}{}:
	default:
	}
}

// take empties the mailbox.
func (m *mailbox) take() []func() {
	m.mu.Lock()
	defer m.mu.Unlock()
	items := m.items
	m.items = nil
	return items
}
