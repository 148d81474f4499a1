package order

import (
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/fxamacker/cbor/v2"
)

// History is the committed part of a log as one replica keeps it: the latest image and the entries after it. The zero value is not
// usable; see NewHistory. It is safe for concurrent use, and it is what an engine other than raft builds a Log upon.
type History struct {
	mu    sync.Mutex
	image *Image
	tail  []Entry // indexes rise; all lie after the image
	last  uint64  // index of the last entry or image
	ready chan struct{}
}

// NewHistory returns an empty history.
func NewHistory() *History {
	return &History{ready: make(chan struct{}, 1)}
}

// Ready is Log.Ready.
func (h *History) Ready() <-chan struct{} { return h.ready }

// Add appends committed entries. Those at or before the last known index are ignored: an image can be ahead of the engine.
func (h *History) Add(entries ...Entry) {
	h.mu.Lock()
	for _, e := range entries {
		if e.Index > h.last {
			h.tail = append(h.tail, e)
			h.last = e.Index
		}
	}
	h.mu.Unlock()
	wake(h.ready)
}

// After is Log.After.
func (h *History) After(index uint64, max int) (*Image, []Entry) {
	h.mu.Lock()
	defer h.mu.Unlock()
	image := h.image
	if image != nil && index >= image.Index {
		image = nil
	}
	from := h.position(index)
	to := min(len(h.tail), from+max)
	return image, slices.Clone(h.tail[from:to])
}

// Capture is Log.Capture.
func (h *History) Capture(image Image) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.image != nil && image.Index <= h.image.Index {
		return
	}
	h.image = &image
	h.tail = slices.Clone(h.tail[h.position(image.Index):])
	h.last = max(h.last, image.Index)
}

// Latest is Log.Latest.
func (h *History) Latest() *Image {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.image
}

// position is the place of the first tail entry after index. The caller holds mu.
func (h *History) position(index uint64) int {
	at, found := slices.BinarySearchFunc(h.tail, index, func(e Entry, i uint64) int {
		switch {
		case e.Index < i:
			return -1
		case e.Index > i:
			return 1
		}
		return 0
	})
	if found {
		at++
	}
	return at
}

// snapshot is the stored form of a History.
type snapshot struct {
	Image *Image
	Tail  []Entry
	Seats Seats // the engine's
}

// freeze returns the history as it is now. Nothing in it is changed later, so that it can be written while entries go on.
func (h *History) freeze() snapshot {
	h.mu.Lock()
	defer h.mu.Unlock()
	return snapshot{Image: h.image, Tail: slices.Clip(h.tail)}
}

func (s snapshot) write(w io.Writer) error {
	if err := cbor.NewEncoder(w).Encode(s); err != nil {
		return fmt.Errorf("write snapshot: %w", err)
	}
	return nil
}

// restore merges what r holds into the history. What is already known is kept when it reaches further: entries are the same at
// every replica, so that the newer image and the later entries win. It returns the seats that r holds.
func (h *History) restore(r io.Reader) (Seats, error) {
	var s snapshot
	mode, err := cbor.DecOptions{MaxArrayElements: 1 << 30, MaxMapPairs: 1 << 30}.DecMode()
	if err != nil {
		return Seats{}, fmt.Errorf("read snapshot: %w", err)
	}
	if err := mode.NewDecoder(r).Decode(&s); err != nil {
		return Seats{}, fmt.Errorf("read snapshot: %w", err)
	}
	if s.Image != nil {
		h.Capture(*s.Image)
	}
	h.Add(s.Tail...)
	return s.Seats, nil
}
