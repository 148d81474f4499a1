package generate

import (
	_ "embed"
	"fmt"
	"go/format"
	"math/rand/v2"
	"strings"
)

// Config of Files.
type Config struct {
	Seed     uint64
	First    int  // number of the first program; a program's text depends on Seed and its number alone
	Programs int  // how many; 0 is one
	Sources  bool // programs draw first-hand values
}

//go:embed driver.go.txt
var driver string

//go:embed library.go.txt
var library []byte

// Files returns a package main: one file for each program, library.go with what they share, and driver.go, which is no part of the programs
// and is to be left out when they are analysed. Run without arguments it prints one line of JSON for each program:
// {"program": N, "diverged": ["Type.field Type.field", ...]}.
func Files(cfg Config) (map[string][]byte, error) {
	files := map[string][]byte{"library.go": library}
	var list strings.Builder
	for n := cfg.First; n < cfg.First+max(cfg.Programs, 1); n++ {
		src, handlers := program(cfg.Seed, n, cfg.Sources)
		out, err := format.Source([]byte(src))
		if err != nil {
			return nil, fmt.Errorf("format program %d of seed %d: %w", n, cfg.Seed, err)
		}
		files[fmt.Sprintf("program%d.go", n)] = out
		fmt.Fprintf(&list, "\t{%d, func() (any, []handler) {\n\t\ts := newService%d()\n\t\treturn s, []handler{", n, n)
		for i := range handlers {
			fmt.Fprintf(&list, "s.Handle%d, ", i+1)
		}
		list.WriteString("}\n\t}},\n")
	}
	out, err := format.Source([]byte(strings.Replace(driver, "\t// programs\n", list.String(), 1)))
	if err != nil {
		return nil, fmt.Errorf("format driver: %w", err)
	}
	files["driver.go"] = out
	return files, nil
}

// program writes program n, and says how many handlers it has.
func program(seed uint64, n int, sources bool) (src string, handlers int) {
	w := &writer{r: rand.New(rand.NewPCG(seed, uint64(n))), n: n}
	if sources {
		w.density = pick(w, []float64{0.003, 0.01, 0.03, 0.1})
	}
	w.fields = w.chooseFields()
	handlers = 3 + w.r.IntN(4)
	w.types()
	for i := range 2 + w.r.IntN(3) {
		w.helper(i)
	}
	for i := range handlers {
		w.handler(i + 1)
	}
	return w.header() + w.out.String(), handlers
}
