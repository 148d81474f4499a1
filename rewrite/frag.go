package rewrite

import (
	"bytes"
	"fmt"
	"strings"
)

// piece is a run of text. off is where it stood in the original file, or -1 for text of ours.
type piece struct {
	text string
	off  int
}

// frag is text in the making that remembers where each byte came from, so that lines can be mapped after formatting.
type frag []piece

// join concatenates strings and frags.
func join(parts ...any) frag {
	var f frag
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			f = append(f, piece{p, -1})
		case frag:
			f = append(f, p...)
		default:
			panic(fmt.Sprintf("join %T", p))
		}
	}
	return f
}

// lines joins statements.
func lines(stmts ...frag) frag {
	var f frag
	for _, s := range stmts {
		if len(s) == 0 {
			continue
		}
		if len(f) > 0 {
			f = append(f, piece{"\n", -1})
		}
		f = append(f, s...)
	}
	return f
}

// sequence joins statements on one line if each of them has one line: formatting keeps a short function literal like that.
func sequence(stmts ...frag) frag {
	for _, s := range stmts {
		if !s.oneLine() {
			return lines(stmts...)
		}
	}
	var f frag
	for i, s := range stmts {
		if i > 0 {
			f = append(f, piece{"; ", -1})
		}
		f = append(f, s...)
	}
	return f
}

// list joins expressions by commas.
func list(exprs ...frag) frag {
	var f frag
	for i, e := range exprs {
		if i > 0 {
			f = append(f, piece{", ", -1})
		}
		f = append(f, e...)
	}
	return f
}

func (f frag) String() string {
	var b strings.Builder
	for _, p := range f {
		b.WriteString(p.text)
	}
	return b.String()
}

// oneLine reports whether the text has no line break.
func (f frag) oneLine() bool { return !strings.Contains(f.String(), "\n") }

// flatten returns the text and, for each byte, its offset in the original, or -1.
func (f frag) flatten() (text []byte, origin []int) {
	var b bytes.Buffer
	for _, p := range f {
		for i := range len(p.text) {
			if p.off < 0 {
				origin = append(origin, -1)
			} else {
				origin = append(origin, p.off+i)
			}
		}
		b.WriteString(p.text)
	}
	return b.Bytes(), origin
}
