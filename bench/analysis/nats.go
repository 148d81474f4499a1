package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// natsArms copies the subject to dir, where one of its files can be changed.
func natsArms(ctx context.Context, t *tools, dir string) ([]*arm, error) {
	if err := os.CopyFS(dir, os.DirFS(t.subject.Dir)); err != nil {
		return nil, fmt.Errorf("copy %s: %w", t.subject.Dir, err)
	}
	if _, err := output(ctx, dir, "go", "build", "./server"); err != nil {
		return nil, err
	}
	midas := []string{t.midas, "analyze", "-profile", "func", "-roots", ".", "-fail-on", "none", "./server"}
	changes := 0
	change := func() error {
		changes++
		return appendTo(filepath.Join(dir, "server", "util.go"), fmt.Sprintf("\nfunc changed%d() int { return %d }\n", changes, changes))
	}
	return []*arm{
		{name: "workflowcheck", dir: dir, command: []string{t.peer, "./server"}},
		{name: "midas, cold", dir: dir, command: midas, env: t.cached(), prepare: func() error { return os.RemoveAll(t.cache) }},
		{name: "midas, one file changed", dir: dir, command: midas, env: t.cached(), prepare: change},
		{name: "midas, unchanged", dir: dir, command: midas, env: t.cached()},
	}, nil
}

func appendTo(file, text string) error {
	if err := os.Chmod(file, 0o644); err != nil { // the module cache is read-only, and so are copies of it
		return err
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if _, err := f.WriteString(text); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
