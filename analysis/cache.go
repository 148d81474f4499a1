package analysis

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/midas-tiers/midas/analysis/report"
	"github.com/midas-tiers/midas/analysis/suppress"
)

// cache keeps results by the digest of what they were made of. A file is a SHA-256 sum and the JSON that it is of; one that is damaged
// counts as not there. Nothing is ever changed in place, so several processes may share a folder.
type cache struct{ dir string }

// kept is what is remembered of a Result: the facts are made anew for those who want them.
type kept struct {
	Report     *report.Report // without the lists From of contaminated writes
	Lists      [][]string     // of these, each once: many writes have the same
	From       []int          // by write
	Directives []suppress.Directive
}

func newKept(r *Result) kept {
	k := kept{Report: new(*r.Report), Directives: r.Directives}
	k.Report.Contaminated = slices.Clone(r.Report.Contaminated)
	at := map[*string]int{}
	for i := range k.Report.Contaminated {
		c := &k.Report.Contaminated[i]
		n := -1
		if len(c.From) > 0 {
			var ok bool
			if n, ok = at[&c.From[0]]; !ok {
				n = len(k.Lists)
				at[&c.From[0]] = n
				k.Lists = append(k.Lists, c.From)
			}
		}
		c.From = nil
		k.From = append(k.From, n)
	}
	return k
}

// result is nil if what was read does not hold together.
func (k *kept) result() *Result {
	if k.Report == nil || len(k.From) != len(k.Report.Contaminated) {
		return nil
	}
	for i, n := range k.From {
		if n >= len(k.Lists) {
			return nil
		}
		if k.Report.Contaminated[i].From = []string{}; n >= 0 {
			k.Report.Contaminated[i].From = k.Lists[n]
		}
	}
	return &Result{Report: k.Report, Directives: k.Directives}
}

// kept is the result that the cache has for what was listed, if it has one, and the key under which it is to be kept; "" if it is not.
func (c Config) kept(w *world) (*Result, string) {
	if c.Cache == "" || len(w.errors) > 0 {
		return nil, ""
	}
	key, err := w.inputs(c)
	if err != nil {
		return nil, "" // a file that cannot be read is the loader's to report
	}
	r, _ := cache{c.Cache}.read(key)
	return r, key
}

func (c cache) file(key string) string { return filepath.Join(c.dir, "analysis", key[:2], key[2:]) }

func (c cache) read(key string) (*Result, bool) {
	b, err := os.ReadFile(c.file(key))
	if err != nil || len(b) < sha256.Size {
		return nil, false
	}
	sum := sha256.Sum256(b[sha256.Size:])
	var k kept
	if !bytes.Equal(sum[:], b[:sha256.Size]) || json.Unmarshal(b[sha256.Size:], &k) != nil {
		return nil, false
	}
	r := k.result()
	return r, r != nil
}

// write puts the result under the key by renaming a whole file.
func (c cache) write(key string, r *Result) error {
	b, err := json.Marshal(newKept(r))
	if err != nil {
		return fmt.Errorf("encode report: %w", err)
	}
	sum := sha256.Sum256(b)
	name := c.file(key)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(append(sum[:], b...))
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		if rm := os.Remove(f.Name()); rm != nil && !errors.Is(rm, fs.ErrNotExist) {
			err = errors.Join(err, rm)
		}
	}
	return err
}
