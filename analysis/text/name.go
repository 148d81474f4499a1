package text

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/midas-tiers/midas/analysis/report"
)

// importPath matches the folders of an import path before its last element.
var importPath = regexp.MustCompile(`([A-Za-z0-9_.\-]+/)+([A-Za-z0-9_\-])`)

// version matches the major version that ends an import path.
var version = regexp.MustCompile(`/v[0-9]+\.`)

// Short drops the folders of import paths: "example.com/shop/orders.Server.seq" becomes "orders.Server.seq".
func Short(symbol string) string {
	if strings.HasPrefix(symbol, "/") { // a gRPC method
		return symbol
	}
	return importPath.ReplaceAllString(version.ReplaceAllString(symbol, "."), "$2")
}

// shorten shortens the words of a sentence.
func shorten(sentence string) string {
	words := strings.Split(sentence, " ")
	for i, w := range words {
		words[i] = Short(w)
	}
	return strings.Join(words, " ")
}

// line is "file:line".
func line(p report.Position) string { return fmt.Sprintf("%s:%d", p.File, p.Line) }

// Reaching says for people what a first-hand source reaches through an entry, what matters most first.
func Reaching(e report.Entry) string { return reaching(e, len(e.Reaches)) }

// reaching names at most so many things of one sort.
func reaching(e report.Entry, most int) string {
	verb := "may reach"
	if e.Must {
		verb = "always contaminates, reaching"
	}
	return verb + " " + goals(e.Reaches, most)
}

func goals(reaches []string, most int) string {
	by := map[string][]string{}
	for _, r := range reaches {
		kind, name, _ := strings.Cut(r, ":")
		by[kind] = append(by[kind], Short(name))
	}
	var parts []string
	for _, kind := range []struct{ name, word string }{{"state", "state"}, {"nested", "request"}, {"effect", "effect"}} {
		names := by[kind.name]
		more := ""
		if n := len(names) - most; n > 0 {
			names, more = names[:most], fmt.Sprintf(" (%d more)", n)
		}
		if len(names) > 0 {
			parts = append(parts, kind.word+" "+strings.Join(names, ", ")+more)
		}
	}
	if len(by["reply"]) > 0 {
		parts = append(parts, "the reply")
	}
	return list(parts)
}

// list joins with commas and a last "and".
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// ways say for people how a write is contaminated.
var ways = map[string]string{
	"value":      "what is written",
	"location":   "where it is written",
	"occurrence": "whether it is written",
}

// actions say what midas build does with a source.
var actions = map[string]string{
	"record":      "; midas build records it",
	"determinize": "; midas build makes the order canonical",
	"refuse":      "; midas build cannot treat it",
	"none":        "; midas build leaves it alone",
}

// built says that the profile is the one whose programs midas build rewrites.
func built(profile string) bool { return profile == "grpc" }

func count(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "y"):
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(noun, "y"))
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
