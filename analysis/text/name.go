package text

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/midas-tiers/midas/analysis"
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

// At is "file:line".
func At(p analysis.Position) string { return fmt.Sprintf("%s:%d", p.File, p.Line) }
