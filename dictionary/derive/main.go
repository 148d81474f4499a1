package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
)

func main() {
	if err := run("data", "std"); err != nil {
		fmt.Fprintln(os.Stderr, "derive:", err)
		os.Exit(1)
	}
}

// run reads the rules in dir and writes the verdicts to out.
func run(dir, out string) error {
	r, err := readRules(dir)
	if err != nil {
		return err
	}
	lib, err := load()
	if err != nil {
		return err
	}
	s := newSolver(lib, r)
	s.solve()
	if len(s.missing) > 0 {
		return fmt.Errorf("roots.txt or syscalls.txt lacks %q", slices.Sorted(maps.Keys(s.missing)))
	}
	if unused := r.unused(); len(unused) > 0 {
		return fmt.Errorf("nothing for %q to do in roots.txt or barriers.txt", unused)
	}
	return s.emit(out)
}
