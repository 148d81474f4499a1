package compensate

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
)

func (w *walk) leaf(text string) {
	if w.dump {
		w.leaves = append(w.leaves, Leaf{w.path.String(), text})
		if w.ways {
			w.trails = append(w.trails, w.path.way(false))
		}
	}
}

func (w *walk) coded(v reflect.Value, c *codec) error {
	p := v.Addr().Interface()
	if w.dump {
		w.leaf(c.text(p))
	}
	return c.encode(&w.out, p, !w.capacities)
}

func (w *walk) scalar(v reflect.Value, c class) {
	switch c {
	case boolean:
		b := uint64(0)
		if v.Bool() {
			b = 1
		}
		w.out.uint(b)
	case signed:
		w.out.int(v.Int())
	case unsigned:
		w.out.uint(v.Uint())
	case float:
		w.out.word(math.Float64bits(v.Float()))
	case imaginary:
		w.out.word(math.Float64bits(real(v.Complex())))
		w.out.word(math.Float64bits(imag(v.Complex())))
	case text:
		w.out.string(v.String())
	}
	if w.dump {
		w.leaf(scalarText(v))
	}
}

func scalarText(v reflect.Value) string {
	if v.Kind() == reflect.String {
		return strconv.Quote(v.String())
	}
	return fmt.Sprint(v)
}

var byteType = reflect.TypeFor[byte]()

// raw writes bytes whose number the decoder knows.
func (w *walk) raw(p []byte) {
	w.out.b = append(w.out.b, p...)
	if w.dump {
		w.leaf(fmt.Sprintf("%q", p))
	}
}
