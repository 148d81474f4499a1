package order

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func entry(i uint64) Entry { return Entry{Index: i, Data: []byte{byte(i)}} }

func TestHistoryCutsAtImage(t *testing.T) {
	h := NewHistory()
	h.Add(entry(2), entry(3), entry(5), entry(8))
	h.Capture(Image{Index: 5})
	h.Capture(Image{Index: 3}) // older: ignored
	h.Add(entry(5), entry(9))  // 5 is known
	for _, c := range []struct {
		after uint64
		image bool
		want  []Entry
	}{
		{0, true, []Entry{entry(8), entry(9)}},
		{4, true, []Entry{entry(8), entry(9)}},
		{5, false, []Entry{entry(8), entry(9)}},
		{8, false, []Entry{entry(9)}},
		{9, false, nil},
	} {
		image, got := h.After(c.after, 10)
		if (image != nil) != c.image || len(got) != len(c.want) || len(got) > 0 && !cmp.Equal(c.want, got) {
			t.Errorf("after %d: image %v and %v, want image %v and %v", c.after, image, got, c.image, c.want)
		}
	}
	if _, got := h.After(5, 1); len(got) != 1 {
		t.Errorf("got %d entries, asked for 1", len(got))
	}
}

// An image from another replica can be ahead of the engine: what the engine brings later is known already.
func TestHistoryImageAhead(t *testing.T) {
	h := NewHistory()
	h.Add(entry(1))
	h.Capture(Image{Index: 4})
	h.Add(entry(3), entry(4), entry(5))
	if image, got := h.After(1, 10); image == nil || !cmp.Equal(got, []Entry{entry(5)}) {
		t.Errorf("got image %v and %v, want an image and entry 5", image, got)
	}
}

func TestHistorySurvivesSnapshot(t *testing.T) {
	h := NewHistory()
	h.Add(entry(1), entry(2), entry(3))
	h.Capture(Image{Index: 2, Data: []byte("state")})
	var b bytes.Buffer
	if err := h.freeze().write(&b); err != nil {
		t.Fatal(err)
	}
	other := NewHistory()
	other.Add(entry(1))
	if _, err := other.restore(&b); err != nil {
		t.Fatal(err)
	}
	wantImage, wantTail := h.After(0, 10)
	image, tail := other.After(0, 10)
	if d := cmp.Diff(wantImage, image) + cmp.Diff(wantTail, tail); d != "" {
		t.Errorf("restored differs (-want +got):\n%s", d)
	}
}
