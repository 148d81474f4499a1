package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/midas-tiers/midas"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"midas": main})
}

// TestScripts runs testdata/*.txtar. Beside the usual commands there are
//
//	exits STATUS PROGRAM [ARGUMENT...]   run it and expect that exit status
//	example                              write the example of this repository to the current folder, as a module
//	module PATH                          make the current folder a module, with the dependency versions of this repository
func TestScripts(t *testing.T) {
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	goEnv := map[string]string{"XDG_CACHE_HOME": cache}
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPROXY", "GOFLAGS"} {
		out, err := exec.CommandContext(t.Context(), "go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		goEnv[name] = string(out[:len(out)-1])
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			for name, value := range goEnv {
				e.Setenv(name, value)
			}
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){"exits": exits, "example": example, "module": module},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS PROGRAM [ARGUMENT...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

func module(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: module PATH")
	}
	example := midas.Example()
	write := func(name string, data []byte) { ts.Check(os.WriteFile(ts.MkAbs(name), data, 0o644)) }
	write("go.mod", example["go.mod"])
	write("go.sum", example["go.sum"])
	ts.Check(ts.Exec("go", "mod", "edit", "-module="+args[0]))
}

func example(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: example")
	}
	for name, data := range midas.Example() {
		path := ts.MkAbs(filepath.FromSlash(name))
		ts.Check(os.MkdirAll(filepath.Dir(path), 0o755))
		ts.Check(os.WriteFile(path, data, 0o644))
	}
}
