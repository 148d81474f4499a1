package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

const (
	subjectModule = "github.com/nats-io/nats-server/v2"
	peerTool      = "go.temporal.io/sdk/contrib/tools/workflowcheck"
)

// tools are the programs that are compared, and what they are run over.
type tools struct {
	midas, peer string // binaries
	root        string // of the module of Midas
	cache       string // of midas
	subject     struct{ Version, Dir string }
}

func newTools(ctx context.Context, dir string) (*tools, error) {
	root, err := output(ctx, ".", "go", "list", "-m", "-f", "{{.Dir}}")
	if err != nil {
		return nil, err
	}
	t := &tools{
		midas: filepath.Join(dir, "midas"), peer: filepath.Join(dir, "workflowcheck"),
		root: filepath.Dir(filepath.Dir(root)), cache: filepath.Join(dir, "cache"),
	}
	if _, err := output(ctx, t.root, "go", "build", "-o", t.midas, "./cmd/midas"); err != nil {
		return nil, err
	}
	if _, err := output(ctx, ".", "go", "build", "-o", t.peer, peerTool); err != nil {
		return nil, err
	}
	text, err := output(ctx, ".", "go", "mod", "download", "-json", subjectModule)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(text), &t.subject); err != nil {
		return nil, fmt.Errorf("read where %s is: %w", subjectModule, err)
	}
	return t, nil
}

func output(ctx context.Context, dir, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %v in %s: %w", name, args, dir, err)
	}
	for len(out) > 0 && out[len(out)-1] == '\n' {
		out = out[:len(out)-1]
	}
	return string(out), nil
}

// cached is the environment in which midas keeps what it has summarised.
func (t *tools) cached() []string { return []string{"MIDAS_CACHE=" + t.cache} }

func (t *tools) exampleArms() []*arm {
	pattern := "./examples/threetier/..."
	return []*arm{{name: "midas, warm", dir: t.root, command: []string{t.midas, "analyze", pattern}}}
}
