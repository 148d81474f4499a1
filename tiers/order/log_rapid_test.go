package order

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// restrain makes rapid check a slow property n times only, unless the command line says how often.
func restrain(t *testing.T, n int) {
	t.Helper()
	f := flag.Lookup("rapid.checks")
	if old := f.Value.String(); old == f.DefValue {
		if err := f.Value.Set(fmt.Sprint(n)); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Value.Set(old) })
	}
}

// machine is a group under random treatment and what was seen of its log. An entry is "appender.number".
type machine struct {
	*group
	away     int    // the replica that is stopped, 0 for none
	numbered int    // of the last entry appended
	seen     string // the longest log seen at any replica, one entry a line
}

// look reads a replica's log. It and the longest one so far must be the same as far as both go: then replicas agree, and nothing
// that was committed is lost.
func (m *machine) look(t *rapid.T, r int) {
	var now string
	for _, text := range read(m.logs[r]) {
		now += text + "\n"
	}
	if len(now) > len(m.seen) {
		now, m.seen = m.seen, now
	}
	if !strings.HasPrefix(m.seen, now) {
		t.Fatalf("replica %d has a log that differs from one seen before:\n%q\n%q", r, now, m.seen)
	}
}

// up draws a replica that runs.
func (m *machine) up(t *rapid.T) (int, Log) {
	r := rapid.IntRange(1, len(m.peers)).Filter(func(r int) bool { return r != m.away }).Draw(t, "replica")
	return r, m.logs[r]
}

func (m *machine) append(t *rapid.T) {
	r, l := m.up(t)
	for range rapid.IntRange(1, 20).Draw(t, "entries") {
		m.numbered++
		l.Append(fmt.Appendf(nil, "%d.%06d", r, m.numbered))
	}
}

func (m *machine) transfer(t *rapid.T) {
	_, l := m.up(t)
	l.Yield()
}

// cut hands over an image and cuts the engine's log with it.
func (m *machine) cut(t *rapid.T) {
	r, l := m.up(t)
	image, tail := l.After(0, 1<<20)
	if len(tail) == 0 {
		t.Skip("nothing to cut")
	}
	m.look(t, r)
	tail = tail[:rapid.IntRange(1, len(tail)).Draw(t, "at")]
	var texts []string
	if image != nil {
		texts = append(texts, string(image.Data))
	}
	for _, e := range tail {
		texts = append(texts, string(e.Data))
	}
	l.Capture(Image{Index: tail[len(tail)-1].Index, Data: []byte(strings.Join(texts, ","))})
	l.(*raftLog).raft.Snapshot().Error()
}

func (m *machine) toggle(t *rapid.T) {
	if m.away != 0 {
		m.restart(m.away)
		m.away = 0
		return
	}
	r, _ := m.up(t)
	m.look(t, r)
	m.stop(r)
	m.away = r
}

// finish brings everybody back and has them agree.
func (m *machine) finish(t *rapid.T) {
	if m.away != 0 {
		m.restart(m.away)
		m.away = 0
	}
	m.numbered++
	last := fmt.Sprintf("9.%06d", m.numbered)
	m.propose(last)
	for r, l := range m.logs {
		m.until(fmt.Sprintf("replica %d has everything", r), func() bool {
			log := read(l)
			return len(log) > 0 && log[len(log)-1] == last
		})
		m.look(t, r)
	}
	newest := make(map[byte]string) // by appender
	for _, text := range strings.Fields(m.seen) {
		if text <= newest[text[0]] && text != last {
			t.Fatalf("%s comes after %s, which was appended later, or twice", text, newest[text[0]])
		}
		newest[text[0]] = text
	}
}

func TestLogUnderRandomTreatment(t *testing.T) {
	restrain(t, 5)
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			t.Fatal(err)
		}
		m := &machine{group: newGroup(t, dir)}
		m.every = 8 // from the first restart on, few entries stay behind an image
		defer func() {
			for r := range m.logs {
				m.stop(r)
			}
			os.RemoveAll(dir)
		}()
		m.lead()
		rt.Repeat(map[string]func(*rapid.T){
			"append":   m.append,
			"append 2": m.append,
			"transfer": m.transfer,
			"cut":      m.cut,
			"toggle":   m.toggle,
			"wait": func(t *rapid.T) {
				time.Sleep(time.Duration(rapid.IntRange(1, 30).Draw(t, "ms")) * time.Millisecond)
			},
			"": func(t *rapid.T) {
				for r := range m.logs {
					m.look(t, r)
				}
			},
		})
		m.finish(rt)
	})
}
