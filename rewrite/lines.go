package rewrite

import (
	"bytes"
	"fmt"
	"go/format"
	"go/scanner"
	"go/token"
	"maps"
	"strings"
)

// layout formats the text and adds //line directives wherever a line's code would otherwise claim another line than the original's. Lines
// whose code can neither panic nor call get none: nobody sees what they claim.
func layout(name string, text []byte, origin []int, original *token.File) ([]byte, error) {
	formatted, err := format.Source(text)
	if err != nil {
		return nil, fmt.Errorf("format: %w\n%s", err, text)
	}
	lineOf := map[int]int{} // line of the formatted text -> original line of its first original token
	traced := map[int]bool{}
	before, after := tokens(text), tokens(formatted)
	if len(before) != len(after) {
		return nil, fmt.Errorf("format: %d tokens became %d", len(before), len(after))
	}
	for i, t := range after {
		off := origin[before[i].off]
		traced[t.line] = traced[t.line] || off >= 0 && traceable(text, before, i)
		if _, seen := lineOf[t.line]; seen || off < 0 || t.kind == token.RBRACE {
			continue
		}
		lineOf[t.line] = original.PositionFor(original.Pos(off), false).Line
	}
	maps.DeleteFunc(lineOf, func(line, _ int) bool { return !traced[line] })
	for _, t := range after { // no directive can stand inside a raw string
		for n := range strings.Count(t.text, "\n") {
			delete(lineOf, t.line+1+n)
		}
	}
	out := directives(name, formatted, lineOf)
	if out, err = format.Source(out); err != nil {
		return nil, fmt.Errorf("format with line directives: %w", err)
	}
	return out, nil
}

// traceable reports whether token i may belong to code whose line shows up in a stack trace.
func traceable(text []byte, toks []tok, i int) bool {
	t := toks[i]
	switch t.kind {
	case token.PERIOD, token.LBRACK, token.MUL, token.QUO, token.REM, token.SHL, token.SHR, token.ARROW, token.FUNC, token.PACKAGE, token.TYPE:
		return true
	case token.QUO_ASSIGN, token.REM_ASSIGN, token.SHL_ASSIGN, token.SHR_ASSIGN, token.SELECT:
		return true
	case token.EQL, token.NEQ: // interfaces may hold what cannot be compared
		return i+1 == len(toks) || toks[i+1].text != "nil"
	case token.IDENT:
		end := t.off + len(t.text)
		return end < len(text) && text[end] == '('
	}
	return false
}

type tok struct {
	off, line int
	kind      token.Token
	text      string
}

// tokens are the tokens that formatting keeps: all but semicolons, commas, parentheses and comments. Imports are left out, formatting sorts them.
func tokens(src []byte) []tok {
	fset := token.NewFileSet()
	f := fset.AddFile("", -1, len(src))
	var s scanner.Scanner
	s.Init(f, src, nil, 0)
	var toks []tok
	imports, depth := false, 0
	for {
		pos, t, lit := s.Scan()
		if t == token.EOF {
			return toks
		}
		switch {
		case t == token.IMPORT:
			imports, depth = true, 0
		case imports && t == token.LPAREN:
			depth++
		case imports && t == token.RPAREN:
			depth--
		case imports && t == token.SEMICOLON && depth == 0:
			imports = false
		}
		switch t {
		case token.SEMICOLON, token.COMMA, token.LPAREN, token.RPAREN:
			continue
		}
		if imports {
			continue
		}
		toks = append(toks, tok{f.Offset(pos), f.PositionFor(pos, false).Line, t, lit})
	}
}

// directives inserts the //line comments. The directive goes right before a line that has drifted.
func directives(name string, src []byte, lineOf map[int]int) []byte {
	var out bytes.Buffer
	drift := 0 // claimed line minus physical line
	text := bytes.SplitAfter(src, []byte("\n"))
	written := 0
	for i := range text {
		want, ok := lineOf[i+1]
		if !ok || want == i+1+drift {
			continue
		}
		drift = want - (i + 1)
		at := max(written, above(text, i))
		out.Write(bytes.Join(text[written:at], nil))
		fmt.Fprintf(&out, "//line %s:%d\n", name, at+1+drift)
		written = at
	}
	out.Write(bytes.Join(text[written:], nil))
	return out.Bytes()
}

// above returns where the directive for line i goes: right before it, but for a declaration before its comment and the blank line above,
// lest the directive become part of the comment. Nor may it part a //go: directive from what that speaks of.
func above(text [][]byte, i int) int {
	at := i
	for at > 0 && bytes.HasPrefix(bytes.TrimSpace(text[at-1]), []byte("//go:")) {
		at--
	}
	if bytes.HasPrefix(text[i], []byte("\t")) {
		return at
	}
	for at > 0 && bytes.HasPrefix(text[at-1], []byte("//")) {
		at--
	}
	if at > 0 && len(bytes.TrimSpace(text[at-1])) == 0 {
		at--
	}
	return at
}
