package core

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write what the scripts come to into them")

// TestScripts runs testdata/*.txt. A line is a command for one core (the verbs of driver_test.go); what the core asks for stands below it,
// indented. Lines with # are comments.
func TestScripts(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got := play(t, string(b))
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(b), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", path, diff)
			}
		})
	}
}

// play runs a script and returns it with what it came to.
func play(t *testing.T, script string) string {
	d := newDriver(t)
	var b strings.Builder
	for line := range strings.Lines(script) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "  ") {
			continue
		}
		b.WriteString(line + "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		for _, word := range d.command(strings.Fields(line)) {
			b.WriteString("  " + word + "\n")
		}
	}
	return b.String()
}

// words are the arguments of a command: OP or OP:CALL first, then KEY=VALUE and flags.
type words map[string]string

func parseWords(fields []string) words {
	w := words{}
	for _, f := range fields {
		k, v, _ := strings.Cut(f, "=")
		w[k] = v
	}
	return w
}

func (w words) has(key string) bool { _, ok := w[key]; return ok }

func (w words) number(key string) uint64 {
	n, _ := strconv.ParseUint(w[key], 10, 64)
	return n
}

func place(field string) (OpID, CallID) {
	op, call, _ := strings.Cut(field, ":")
	return OpID(op), CallID(call)
}

// outcome is an outcome by its execution id, with the reply or the call that is given.
func (w words) outcome(key string) *Outcome {
	if !w.has(key) {
		return nil
	}
	o := &Outcome{Exec: w[key], Trace: []byte("t"), Outs: w.outs()}
	return o
}

// outs are what a sliver emits: replies=TEXT, calls=ID,ID, effects=ID, with unsteady and own-log.
func (w words) outs() []Out {
	var outs []Out
	for _, id := range strings.FieldsFunc(w["calls"], func(r rune) bool { return r == ',' }) {
		outs = append(outs, Out{Call: CallID(id), Tier: "B", Method: "/b/M", Payload: []byte("q"), Steady: !w.has("unsteady")})
	}
	if w.has("effects") {
		outs = append(outs, Out{Call: CallID(w["effects"]), Method: "mail", Payload: []byte("q"), Effect: true})
	}
	if w.has("replies") {
		outs = append(outs, Out{Payload: []byte(w["replies"]), OwnLog: w.has("own-log")})
	}
	return outs
}

var kinds = map[string]Kind{"begin": Begin, "resume": Resume, "settle": Settle, "checkpoint": Checkpoint, "lead": Lead}

var msgKinds = map[string]MsgKind{
	"request": Request, "reply": Reply, "callback": Callback, "ack": Ack, "refused": Refused, "proposal": Proposal, "answered": Answered,
	"read-ask": ReadAsk, "read-index": ReadIndex,
}

func nameOf[K comparable](names map[string]K, k K) string {
	for name, x := range names {
		if x == k {
			return name
		}
	}
	return fmt.Sprint(k)
}
