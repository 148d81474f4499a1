package sql

import "strings"

// kind of a token.
type kind int

const (
	word    kind = iota // name or keyword
	literal             // text between single quotes, without them
	mark                // anything else, one character
)

type token struct {
	kind kind
	text string
}

// scan splits a statement. Comments and quoted identifiers are left out; text that does not end ends with the statement.
func scan(s string) []token {
	var out []token
	for s != "" {
		switch c := s[0]; {
		case strings.HasPrefix(s, "--"):
			s = after(s, "\n")
		case c == '#' && !strings.HasPrefix(s, "#>") && !strings.HasPrefix(s, "#-"): // MySQL; #> and #- are PostgreSQL's operators
			s = after(s, "\n")
		case strings.HasPrefix(s, "/*"):
			s = comment(s)
		case c == '\'':
			text, rest := quoted(s, '\'')
			out = append(out, token{literal, text})
			s = rest
		case c == '"' || c == '`':
			_, s = quoted(s, c)
			out = append(out, token{mark, "name"})
		case c == '[' && bracketed(s):
			s = after(s, "]")
			out = append(out, token{mark, "name"})
		case c == '$' && dollar(s) != "":
			tag := dollar(s)
			s = after(s[len(tag):], tag)
			out = append(out, token{literal, ""})
		case letter(c):
			n := 1
			for n < len(s) && (letter(s[n]) || digit(s[n]) || s[n] == '$') {
				n++
			}
			out = append(out, token{word, s[:n]})
			s = s[n:]
		case digit(c):
			n := 1
			for n < len(s) && (letter(s[n]) || digit(s[n])) {
				n++
			}
			out = append(out, token{mark, s[:n]})
			s = s[n:]
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			s = s[1:]
		case (c == '@' || c == ':') && len(s) > 1 && letter(s[1]): // a parameter's or variable's name
			n := 2
			for n < len(s) && (letter(s[n]) || digit(s[n])) {
				n++
			}
			out = append(out, token{mark, "parameter"})
			s = s[n:]
		default:
			out = append(out, token{mark, s[:1]})
			s = s[1:]
		}
	}
	return out
}

func after(s, end string) string {
	_, rest, _ := strings.Cut(s, end)
	return rest
}

// comment skips a block comment; those of PostgreSQL nest.
func comment(s string) string {
	depth := 0
	for s != "" {
		switch {
		case strings.HasPrefix(s, "/*"):
			depth++
			s = s[2:]
		case strings.HasPrefix(s, "*/"):
			s = s[2:]
			if depth--; depth == 0 {
				return s
			}
		default:
			s = s[1:]
		}
	}
	return s
}

// quoted returns the text up to the closing quote; a doubled quote is part of it. A backslash escapes nothing:
// in standard SQL it does not, and where it does the rest is read as if it were code, which can only find more.
func quoted(s string, q byte) (text, rest string) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == q && i+1 < len(s) && s[i+1] == q:
			b.WriteByte(q)
			i++
		case s[i] == q:
			return b.String(), s[i+1:]
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), ""
}

// bracketed reports whether s begins with a name as SQL Server quotes it, not with an index.
func bracketed(s string) bool { return len(s) > 1 && letter(s[1]) && strings.Contains(s, "]") }

// dollar is the tag that a text between dollars of PostgreSQL begins with, "" if there is none.
func dollar(s string) string {
	for i := 1; i < len(s); i++ {
		if s[i] == '$' {
			return s[:i+1]
		}
		if !letter(s[i]) && !digit(s[i]) || i == 1 && digit(s[i]) {
			return ""
		}
	}
	return ""
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c >= 0x80 }

func digit(c byte) bool { return c >= '0' && c <= '9' }
