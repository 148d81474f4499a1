package analysis

import "strings"

// What a hit is called that leaves the sliver, before the name of the method or effect.
const (
	requestWord = "nested request "
	effectWord  = "external effect "
)

// leaves says what leaves by the call: a nested request or an external effect.
func (c *call) leaves() string {
	if c.effect {
		return effectWord + c.nested
	}
	return requestWord + c.nested
}

// leaves says that the hit is what ends a sliver before the reply.
func (h *hit) leaves() bool {
	return strings.HasPrefix(h.what, requestWord) || strings.HasPrefix(h.what, effectWord)
}
