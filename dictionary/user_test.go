package dictionary

import (
	"os"
	"path/filepath"
	"testing"
)

func write(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "mine.yaml")
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestUsersFileWins(t *testing.T) {
	base, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	d, err := base.With(write(t, `
- path: time
  funcs:
    Now: {source: network}
- path: example.com/lib/...
  funcs:
    Draw: {kinds: [random, time]}
    Store.Put: {persists: shelf}
  vars:
    Seed: {source: process}
`))
	if err != nil {
		t.Fatal(err)
	}
	for symbol, want := range map[string]string{
		"time.Now": "network", "time.Since": "time", "example.com/lib/deep.Draw": "random", "example.com/lib.Other": "",
	} {
		x, err := d.Explain(symbol)
		if err != nil || x.Func.Source != want {
			t.Errorf("%s: source %q, error %v, want %q", symbol, x.Func.Source, err, want)
		}
	}
	if x, err := d.Explain("(*example.com/lib.Store).Put"); err != nil || x.Func.Persists != "shelf" || x.Verdict() != "external" {
		t.Errorf("Store.Put: %+v, %v", x, err)
	}
	if x, err := base.Explain("time.Now"); err != nil || x.Func.Source != "time" {
		t.Errorf("the built-in dictionary has changed: %+v, %v", x, err)
	}
}

func TestFaultyFile(t *testing.T) {
	d, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"- path: a\n- path: b\n  funs: {}\n":           ":3: field funs not found in type dictionary.entry",
		"- path: a\n  funcs:\n    F: {source: moon}\n": ":1: a: F: unknown kind \"moon\" of source",
		"- path: a\n- path: a\n":                       ":2: package a has two entries",
		"- path: a/...\n- path: a/...\n":               ":2: packages a/... have two entries",
		"- rule: {}\n":                                 ":1: a package without a path",
		"- path: a\n  funcs:\n    F: {mutates: x}\n":   ":3: cannot unmarshal !!str `x` into []int",
		"- path: [\n":                                  ":1: did not find expected node content",
		"-\n":                                          ":1: a package without a path",
		"just text":                                    ":1: cannot unmarshal !!str `just text` into []*dictionary.entry",
		"- path: a\n  rule: {kinds: [time, sun]}\n  opaque: [T]\n": ":1: a: rule: unknown kind \"sun\" of source",
	} {
		name := write(t, text)
		if _, err := d.With(name); err == nil || err.Error() != name+want {
			t.Errorf("%q: error %v, want %s", text, err, want)
		}
	}
	if _, err := d.With(filepath.Join(t.TempDir(), "none.yaml")); err == nil {
		t.Error("a file that is not there is no error")
	}
	if _, err := d.With(write(t, "")); err != nil {
		t.Errorf("an empty file: %v", err)
	}
}

func BenchmarkLookup(b *testing.B) {
	for b.Loop() {
		parseStd(string(must(derived.ReadFile("std/net/http.txt"))))
	}
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}
