package suppress

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"

	"github.com/midas-tiers/midas/analysis/report"
)

const prefix = "//midas:ignore"

// Directive is one comment and the lines that it covers.
type Directive struct {
	rule
	First, Last int // lines of Pos.File
}

// Parse reads the directives of a file that was parsed with comments. position renders positions as the report has them.
func Parse(fset *token.FileSet, f *ast.File, position func(token.Pos) report.Position) []Directive {
	var out []Directive
	var l *layout
	for _, group := range f.Comments {
		for _, c := range group.List {
			text, ok := strings.CutPrefix(c.Text, prefix)
			spaced := strings.HasPrefix(c.Text, "// midas:ignore")
			if !spaced && (!ok || text != "" && text[0] != ' ' && text[0] != '\t') {
				continue
			}
			if l == nil {
				l = newLayout(fset, f)
			}
			d := Directive{rule: parseRule(strings.Fields(text))}
			if spaced {
				d.rule = rule{Fault: "a directive has no space before midas:ignore"}
			}
			d.Pos = position(c.Pos())
			d.First, d.Last = l.covers(fset, c, group)
			out = append(out, d)
		}
	}
	return out
}

// parseRule takes the words behind the prefix apart.
func parseRule(words []string) rule {
	var r rule
	var rest []string
	until := ""
	for _, w := range words {
		if date, ok := strings.CutPrefix(w, "until="); ok {
			until = date
		} else {
			rest = append(rest, w)
		}
	}
	if len(rest) == 0 {
		return rule{Fault: "no kind and no reason"}
	}
	kind, n := leadingKind(rest)
	r.Kind, r.Reason = kind, strings.Join(rest[n:], " ")
	switch {
	case n == 0:
		r.Fault = unknownKind(rest[0])
	case r.Reason == "":
		r.Fault = "no reason"
	default:
		r.Fault = r.expires(until)
	}
	return r
}

// leadingKind is the kind that the words begin with, and of how many words it is made.
func leadingKind(words []string) (string, int) {
	for n := min(2, len(words)); n > 0; n-- {
		name := strings.Join(words[:n], " ")
		if name == report.UnknownKind {
			return name, n
		}
		if k, ok := report.KindNamed(name); ok {
			return k.Name, n
		}
	}
	return "", 0
}

func unknownKind(name string) string {
	var names []string
	for _, k := range report.Kinds() {
		names = append(names, k.Name)
	}
	return fmt.Sprintf("%q is no kind: use %s or %s", name, strings.Join(names, ", "), report.UnknownKind)
}

// layout says where the code of a file stands.
type layout struct {
	first map[int]token.Pos // by line: the first token that begins or ends something
	node  map[int]ast.Node  // by line: the outermost statement or declaration that begins it
}

func newLayout(fset *token.FileSet, f *ast.File) *layout {
	l := &layout{first: map[int]token.Pos{}, node: map[int]ast.Node{}}
	note := func(pos token.Pos) {
		line := fset.Position(pos).Line
		if old, ok := l.first[line]; !ok || pos < old {
			l.first[line] = pos
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n.(type) {
		case nil, *ast.Comment, *ast.CommentGroup:
			return false
		case *ast.File:
			note(f.Package)
			return true
		case ast.Stmt, ast.Decl, ast.Spec:
			if line := fset.Position(n.Pos()).Line; l.node[line] == nil {
				l.node[line] = n
			}
		}
		note(n.Pos())
		note(n.End() - 1)
		return true
	})
	return l
}

// covers gives the lines for which the comment speaks: its own behind code, else those of what begins below its group.
func (l *layout) covers(fset *token.FileSet, c *ast.Comment, group *ast.CommentGroup) (first, last int) {
	line := fset.Position(c.Pos()).Line
	if code, ok := l.first[line]; ok && code < c.Pos() {
		return line, line
	}
	below := fset.Position(group.End()).Line + 1
	if n := l.node[below]; n != nil {
		return below, fset.Position(n.End()).Line
	}
	return below, below
}
