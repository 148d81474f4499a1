package main

import (
	"errors"
	"flag"
	"io"
	"slices"

	"github.com/midas-tiers/midas/rewrite/deliver"
)

// Flags of go build and go run (Go 1.26), by whether they need a value. The go command itself judges the values.
var (
	goSwitches = []string{"a", "asan", "cover", "json", "linkshared", "modcacherw", "msan", "n", "race", "trimpath", "v", "work", "x",
		"buildvcs"}
	goValues = []string{"asmflags", "buildmode", "compiler", "covermode", "coverpkg", "debug-actiongraph", "debug-trace", "exec",
		"gccgoflags", "gcflags", "installsuffix", "ldflags", "mod", "modfile", "o", "overlay", "p", "pgo", "pkgdir", "tags", "toolexec"}
	// loadingFlags decide which files belong to a build, so analysis must see them.
	loadingFlags = []string{"asan", "compiler", "installsuffix", "msan", "race", "tags"}
)

// goFlags are the go command's arguments, taken apart.
type goFlags struct {
	dir         string   // -C
	partial     bool     // -allow-partial
	transparent bool     // -transparent
	loading     []string // those that decide which files belong to the build
	flags       []string // all that the go command gets
	rest        []string // what follows the flags
}

// parseGoFlags takes arguments of go build or go run apart.
func parseGoFlags(args []string) (*goFlags, error) {
	g := &goFlags{}
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.StringVar(&g.dir, "C", "", "")
	fs.BoolVar(&g.partial, "allow-partial", false, "")
	fs.BoolVar(&g.transparent, "transparent", false, "")
	for _, name := range goSwitches {
		fs.BoolFunc(name, "", func(value string) error { return g.add(name, value) })
	}
	for _, name := range goValues {
		fs.Func(name, "", func(value string) error { return g.add(name, value) })
	}
	if err := fs.Parse(args); err != nil {
		return nil, err
	}
	g.rest = fs.Args()
	return g, nil
}

func (g *goFlags) add(name, value string) error {
	arg := "-" + name + "=" + value
	if name == "mod" && value != "readonly" {
		return errors.New("the rewritten program is built in a workspace, which knows -mod=readonly only")
	}
	if err := deliver.CheckFlag(arg); err != nil {
		return err
	}
	g.flags = append(g.flags, arg)
	if slices.Contains(loadingFlags, name) {
		g.loading = append(g.loading, arg)
	}
	return nil
}
