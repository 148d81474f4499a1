package deliver

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// goEnvironment is what we read of go env.
type goEnvironment struct {
	GOMOD, GOWORK, GOFLAGS string
}

// goEnv asks the go command how it sees the folder.
func (s *Source) goEnv(ctx context.Context) (goEnvironment, error) {
	if info, err := os.Stat(s.cfg.Dir); err != nil || !info.IsDir() {
		return goEnvironment{}, inputErrorf("%s is not a folder", s.cfg.Dir)
	}
	all, err := goJSON[goEnvironment](ctx, s.cfg.Dir, s.cfg.Env, "env", "-json", "GOMOD", "GOWORK", "GOFLAGS")
	if err != nil {
		return goEnvironment{}, err
	}
	env := all[0]
	if env.GOWORK == "off" {
		env.GOWORK = ""
	}
	return env, nil
}

// check refuses what cannot be combined with a workspace of ours.
func (e goEnvironment) check(dir string) error {
	if e.GOWORK == "" && (e.GOMOD == "" || e.GOMOD == os.DevNull) {
		return inputErrorf("no go.mod in %s or above it: run inside a Go module, or name one with -C", dir)
	}
	for flag := range strings.FieldsSeq(e.GOFLAGS) {
		if err := CheckFlag(flag); err != nil {
			return fmt.Errorf("GOFLAGS: %w", err)
		}
	}
	return nil
}

// readonly is GOFLAGS without the leave to edit go.mod.
func (e goEnvironment) readonly() string {
	for flag := range strings.FieldsSeq(e.GOFLAGS) {
		if strings.TrimLeft(flag, "-") == "mod=mod" {
			return strings.Replace(e.GOFLAGS, flag, "-mod=readonly", 1)
		}
	}
	return e.GOFLAGS
}

// CheckFlag returns an InputError for a flag of the go command that cannot be combined with a delivery.
func CheckFlag(flag string) error {
	name, _, _ := strings.Cut(strings.TrimLeft(flag, "-"), "=")
	if name == "modfile" || name == "overlay" {
		return inputErrorf("-%s cannot be used with midas, which sets its own; apply it to the source first", name)
	}
	return nil
}

// goJSON runs the go command in the folder and environment and decodes the stream of JSON values that it prints.
func goJSON[T any](ctx context.Context, dir string, env []string, args ...string) ([]T, error) {
	out, err := runGo(ctx, dir, env, args...)
	if err != nil {
		return nil, err
	}
	var list []T
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var value T
		if err := d.Decode(&value); errors.Is(err, io.EOF) {
			return list, nil
		} else if err != nil {
			return nil, fmt.Errorf("read output of go %s: %w", args[0], err)
		}
		list = append(list, value)
	}
}

// runGo runs the go command and returns its standard output. The error is what the command said, in one line.
func runGo(ctx context.Context, dir string, env []string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(slices.Clone(env), "PWD="+dir)
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	if err := cmd.Run(); err != nil {
		if line := complaint(stderr.String()); line != "" {
			return nil, fmt.Errorf("go %s: %s", args[0], line)
		}
		return nil, fmt.Errorf("go %s: %w", args[0], err)
	}
	return out.Bytes(), nil
}

// complaint is the first line of what the go command said that is not progress.
func complaint(stderr string) string {
	for line := range strings.Lines(stderr) {
		line = strings.TrimSpace(strings.TrimPrefix(line, "go: "))
		if line != "" && !strings.HasPrefix(line, "downloading ") {
			return line
		}
	}
	return ""
}
