package order

import (
	"sync"

	"github.com/hashicorp/raft"
)

const (
	maxQueued  = 64 << 20 // bytes that wait for the leader's raft goroutine; what exceeds them is refused
	queuedCost = 64       // bytes that an entry costs beside its data
)

// queue holds what waits to be given to raft, in order.
type queue struct {
	filled chan struct{} // capacity one; receives after put

	mu    sync.Mutex
	items [][]byte
	size  int // bytes
}

func newQueue() *queue { return &queue{filled: make(chan struct{}, 1)} }

// put adds data, unless the queue is full. An empty queue takes anything.
func (q *queue) put(data []byte) bool {
	q.mu.Lock()
	cost := len(data) + queuedCost
	if q.size > 0 && q.size+cost > maxQueued {
		q.mu.Unlock()
		return false
	}
	q.items = append(q.items, data)
	q.size += cost
	q.mu.Unlock()
	wake(q.filled)
	return true
}

// take empties the queue.
func (q *queue) take() [][]byte {
	q.mu.Lock()
	defer q.mu.Unlock()
	items := q.items
	q.items, q.size = nil, 0
	return items
}

// Append is Log.Append.
func (l *raftLog) Append(data []byte) bool {
	return l.raft.State() == raft.Leader && l.queue.put(data)
}

// feed gives raft what is appended. One goroutine does, because raft keeps the order of one caller only. Apply blocks while raft's
// own queue is full, so that raft finds a whole batch whenever it has written the last: one write to disk serves them all.
func (l *raftLog) feed() {
	for {
		select {
		case <-l.queue.filled:
			for _, data := range l.queue.take() {
				l.raft.Apply(data, 0) // what becomes of it is seen in the log
			}
		case <-l.done:
			return
		}
	}
}

// wake puts a token into a channel of capacity one.
func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
