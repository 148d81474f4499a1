package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
)

// grow analyses modules of 1,000 lines, 10,000 and so on, once each, and prints time and memory.
func grow(ctx context.Context, w io.Writer, t *tools, dir string, most int) error {
	fmt.Fprintf(w, "\ngrowth, one run each\n")
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "lines\ts\tpeak MB\t")
	for lines := 1000; lines <= most; lines *= 10 {
		module := filepath.Join(dir, fmt.Sprint(lines))
		if err := writeModule(module, lines); err != nil {
			return fmt.Errorf("write a module of %d lines: %w", lines, err)
		}
		if _, err := output(ctx, module, "go", "build", "./..."); err != nil {
			return err
		}
		a := &arm{name: "midas", dir: module, env: t.cached(), command: []string{
			t.midas, "analyze", "-profile", "func", "-roots", `\.Handle`, "-fail-on", "none", "./...",
		}}
		s, err := a.run(ctx)
		if err != nil {
			return err
		}
		fmt.Fprintf(tw, "%d\t%.2f\t%d\t\n", lines, s.wall.Seconds(), s.peak/1024)
	}
	return tw.Flush()
}

// writeModule writes packages of some 1,000 lines; each calls the one before.
func writeModule(dir string, lines int) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/grown\n\ngo 1.26.0\n"), 0o644); err != nil {
		return err
	}
	for p := range lines / 1000 {
		pkg := filepath.Join(dir, fmt.Sprintf("p%04d", p))
		if err := os.MkdirAll(pkg, 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(pkg, "p.go"), []byte(packageText(p)), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// packageText is one package: a store and handlers of 20 lines, of which every fourth draws something.
func packageText(p int) string {
	var b strings.Builder
	before := "Before"
	fmt.Fprintf(&b, "package p%04d\n\nimport (\n\t\"sort\"\n\t\"time\"\n", p)
	if p > 0 {
		fmt.Fprintf(&b, "\n\t\"example.com/grown/p%04d\"\n", p-1)
		before = fmt.Sprintf("p%04d.Handle0", p-1)
	}
	b.WriteString(")\n\ntype Record struct {\n\tAt    int64\n\tName  string\n\tCount map[string]int\n}\n\n")
	b.WriteString("type Store struct {\n\tall  map[string]*Record\n\tlast string\n}\n\nvar store = Store{all: map[string]*Record{}}\n\n")
	b.WriteString("func Before(name string, n int) int { return len(name) + n }\n\n")
	for i := range 46 {
		fmt.Fprintf(&b, handler, i, before, draws[i%len(draws)])
	}
	return b.String()
}

const handler = `func Handle%[1]d(name string, n int) int {
	r := store.all[name]
	if r == nil {
		r = &Record{Name: name, Count: map[string]int{}}
		store.all[name] = r
	}
	var keys []string
	for k := range r.Count {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	at := %[3]s
	for i, k := range keys {
		if r.Count[k] > i {
			r.Count[k] += %[2]s(k, n)
		}
	}
	r.At += at
	store.last = name
	return int(at) + len(keys)
}

`

var draws = []string{"int64(n)", "int64(len(name))", "int64(len(keys))", "time.Now().Unix()"}
