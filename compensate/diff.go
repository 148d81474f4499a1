package compensate

import (
	"cmp"
	"fmt"
	"slices"
)

// Leaf is one plain value of the state and where it is.
type Leaf struct {
	Path  string // from a root: shop.Orders.orders["a7"].Created
	Value string // for people; equal values have equal text
}

// Difference is a path at which two states differ.
type Difference struct {
	Path string
	A, B string // the values; "absent" where the path does not exist
}

// String is the difference on one line.
func (d Difference) String() string { return fmt.Sprintf("%s: %s, %s", d.Path, d.A, d.B) }

const absent = "absent"

// Diff returns the paths at which two dumps differ, sorted by path. It does not cap their number.
func Diff(a, b []Leaf) []Difference {
	a, b = sorted(a), sorted(b)
	var out []Difference
	for len(a) > 0 || len(b) > 0 {
		switch c := compareHeads(a, b); {
		case c < 0:
			out = append(out, Difference{Path: a[0].Path, A: a[0].Value, B: absent})
			a = a[1:]
		case c > 0:
			out = append(out, Difference{Path: b[0].Path, A: absent, B: b[0].Value})
			b = b[1:]
		default:
			if a[0].Value != b[0].Value {
				out = append(out, Difference{Path: a[0].Path, A: a[0].Value, B: b[0].Value})
			}
			a, b = a[1:], b[1:]
		}
	}
	return out
}

// compareHeads orders the first leaves by path; an exhausted list comes last.
func compareHeads(a, b []Leaf) int {
	switch {
	case len(a) == 0:
		return 1
	case len(b) == 0:
		return -1
	}
	return cmp.Compare(a[0].Path, b[0].Path)
}

func sorted(l []Leaf) []Leaf {
	l = slices.Clone(l)
	slices.SortStableFunc(l, func(x, y Leaf) int { return cmp.Compare(x.Path, y.Path) })
	return l
}
