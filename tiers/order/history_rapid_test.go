package order

import (
	"bytes"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// model is a History as plainly as it can be told: every entry ever known, and the newest image.
type model struct {
	image   uint64 // index, 0 for none
	entries []uint64
}

// after is what a reader at index gets: whether an image, and which entries.
func (m *model) after(index uint64, max int) (bool, []uint64) {
	image := m.image > index
	var tail []uint64
	for _, e := range m.entries {
		if e > index && e > m.image && len(tail) < max {
			tail = append(tail, e)
		}
	}
	return image, tail
}

func (m *model) last() uint64 {
	last := m.image
	if n := len(m.entries); n > 0 {
		last = max(last, m.entries[n-1])
	}
	return last
}

func (m *model) add(index uint64) {
	if index > m.last() {
		m.entries = append(m.entries, index)
	}
}

// TestHistoryAgainstModel drives a History and the snapshots made of it. What is added always comes in the order of one true log, from
// a place that is known already at the latest, as an engine brings it.
func TestHistoryAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, m := NewHistory(), &model{}
		type saved struct {
			bytes []byte
			model model
		}
		var snapshots []saved
		index := rapid.Uint64Range(1, 60)
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				from := rapid.Uint64Range(0, m.last()+3).Draw(t, "from")
				var batch []Entry
				for i := range rapid.Uint64Range(0, 5).Draw(t, "count") {
					batch = append(batch, entry(from+i))
					m.add(from + i)
				}
				h.Add(batch...)
			},
			"capture": func(t *rapid.T) {
				at := index.Draw(t, "at")
				h.Capture(Image{Index: at, Data: []byte{byte(at)}})
				m.image = max(m.image, at)
			},
			"save": func(t *rapid.T) {
				var b bytes.Buffer
				if err := h.freeze().write(&b); err != nil {
					t.Fatal(err)
				}
				snapshots = append(snapshots, saved{b.Bytes(), model{m.image, slices.Clone(m.entries)}})
			},
			"restore": func(t *rapid.T) {
				if len(snapshots) == 0 {
					t.Skip("nothing is saved")
				}
				s := rapid.SampledFrom(snapshots).Draw(t, "snapshot")
				if rapid.Bool().Draw(t, "into a new one") {
					h, m = NewHistory(), &model{}
				}
				if _, err := h.restore(bytes.NewReader(s.bytes)); err != nil {
					t.Fatal(err)
				}
				_, tail := s.model.after(0, 1<<20)
				m.image = max(m.image, s.model.image)
				for _, e := range tail {
					m.add(e)
				}
			},
			"": func(t *rapid.T) { compare(t, h, m, index.Draw(t, "read after"), rapid.IntRange(0, 9).Draw(t, "max")) },
		})
	})
}

func compare(t *rapid.T, h *History, m *model, index uint64, max int) {
	image, entries := h.After(index, max)
	wantImage, want := m.after(index, max)
	if (image != nil) != wantImage || image != nil && (image.Index != m.image || !bytes.Equal(image.Data, []byte{byte(m.image)})) {
		t.Fatalf("after %d: image %v, want image %v at %d", index, image, wantImage, m.image)
	}
	var got []uint64
	for _, e := range entries {
		if !cmp.Equal(e, entry(e.Index)) {
			t.Fatalf("entry %v is not what was added", e)
		}
		got = append(got, e.Index)
	}
	if !slices.Equal(got, want) {
		t.Fatalf("after %d: %v, want %v", index, got, want)
	}
	if latest := h.Latest(); (latest != nil) != (m.image > 0) {
		t.Fatalf("the latest image is %v, want one at %d", latest, m.image)
	}
}

// A length that is only claimed takes no memory.
func TestSnapshotCutOff(t *testing.T) {
	text := []byte{0xa1, 0x64, 'T', 'a', 'i', 'l', 0x9a, 0x3f, 0xff, 0xff, 0xff} // an array of a billion entries, none of which follows
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := NewHistory().restore(bytes.NewReader(text)); err == nil {
		t.Error("a snapshot that is cut off is read")
	}
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > 1<<20 {
		t.Errorf("reading took %d bytes", took)
	}
}

func FuzzSnapshot(f *testing.F) {
	h := NewHistory()
	for range 2 {
		var b bytes.Buffer
		if err := h.freeze().write(&b); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
		h.Add(entry(1), entry(2), entry(5))
		h.Capture(Image{Index: 2, Data: []byte("image")})
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		h := NewHistory()
		if _, err := h.restore(bytes.NewReader(text)); err != nil {
			return
		}
		image, tail := h.After(0, 1<<20)
		for i, e := range tail {
			if i > 0 && e.Index <= tail[i-1].Index || image != nil && e.Index <= image.Index {
				t.Errorf("entries %v after image %v are out of order", tail, image)
			}
		}
		var b bytes.Buffer
		if err := h.freeze().write(&b); err != nil {
			t.Fatal(err)
		}
		again := NewHistory()
		if _, err := again.restore(&b); err != nil {
			t.Fatalf("a snapshot that was written cannot be read: %v", err)
		}
		sameImage, sameTail := again.After(0, 1<<20)
		if d := cmp.Diff(image, sameImage) + cmp.Diff(tail, sameTail); d != "" {
			t.Errorf("written and read again (-want +got):\n%s", d)
		}
	})
}
