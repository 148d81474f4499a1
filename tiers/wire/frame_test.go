package wire

import (
	"bytes"
	"encoding/binary"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFrameTooLarge(t *testing.T) {
	if _, err := readFrame(bytes.NewReader([]byte{0xff, 0xff, 0xff, 0xff})); err == nil || !strings.Contains(err.Error(), "exceed") {
		t.Errorf("got %v, want an error before the memory is taken", err)
	}
}

// A size that is only claimed takes no memory.
func TestFrameCutOff(t *testing.T) {
	before := allocated()
	text := binary.BigEndian.AppendUint32(nil, maxFrame)
	if _, err := readFrame(bytes.NewReader(append(text, "short"...))); err == nil {
		t.Error("a frame that is cut off is read")
	}
	if took := allocated() - before; took > 1<<20 {
		t.Errorf("reading took %d bytes", took)
	}
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

func FuzzReadFrame(f *testing.F) {
	for _, frame := range []*Frame{{}, {Kind: Message, From: one, Leader: 2, Body: []byte("body")}, {Kind: Report, From: two}} {
		var b bytes.Buffer
		if err := writeFrame(&b, frame); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		before, r := allocated(), bytes.NewReader(text)
		for {
			frame, err := readFrame(r)
			if err != nil {
				break
			}
			checkFrame(t, frame)
		}
		if took, most := allocated()-before, uint64(1<<24+256*len(text)); took > most {
			t.Errorf("reading %d bytes took %d, at most %d expected", len(text), took, most)
		}
	})
}

// checkFrame writes a frame that was read and reads it again.
func checkFrame(t *testing.T, frame *Frame) {
	t.Helper()
	var b bytes.Buffer
	if err := writeFrame(&b, frame); err != nil {
		t.Fatalf("a frame that was read cannot be written: %v", err)
	}
	again, err := readFrame(&b)
	if err != nil {
		t.Fatalf("a frame that was written cannot be read: %v", err)
	}
	if d := cmp.Diff(frame, again); d != "" {
		t.Errorf("written and read again (-want +got):\n%s", d)
	}
}
