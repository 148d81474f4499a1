package midasrt

import (
	"encoding"
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"time"
	"unsafe"

	"google.golang.org/protobuf/proto"
)

// The codec writes plain values without describing them: reader and writer are the same binary and agree on the type. It walks all fields,
// unexported ones too, and keeps what Go programs can see: nil against empty slices and maps, bits of NaNs, zones of times, identity of
// well-known errors. It does not keep sharing: two pointers to one thing become two things, and cycles are refused.
//
//	bool, uint8        one byte
//	int*, uint*        varint, zigzag where signed
//	float*, complex*   bits, little endian
//	string             length, bytes
//	slice, map         0 for nil, else length plus one, elements; maps sorted by encoded key
//	pointer            0 for nil, else 1, element
//	struct, array      elements; structs that are protobuf messages or binary marshalers as what they marshal to, with its length
//	time.Time          see codec_time.go
//	interface          see codec_interface.go
//	locks              nothing
//	chan, func, unsafe.Pointer   0 if nil, else refused

// maxDepth is where a value is taken for cyclic.
const maxDepth = 200

var (
	errShort = errors.New("the trace is cut short")
	errDepth = fmt.Errorf("more than %d levels deep, or cyclic", maxDepth)
)

// form is how a type is encoded.
type form uint8

const (
	formKind     form = iota // by its kind
	formTime                 // time.Time
	formProto                // *T is a proto.Message
	formBinary               // *T marshals to binary and back
	formLock                 // not at all
	formIdentity             // its meaning is an address: refused
)

var (
	typeTime        = reflect.TypeFor[time.Time]()
	typeProto       = reflect.TypeFor[proto.Message]()
	typeMarshaler   = reflect.TypeFor[encoding.BinaryMarshaler]()
	typeUnmarshaler = reflect.TypeFor[encoding.BinaryUnmarshaler]()

	forms sync.Map // reflect.Type of a struct to its form
)

func formOf(t reflect.Type) form {
	if t.Kind() != reflect.Struct {
		return formKind
	}
	if f, ok := forms.Load(t); ok {
		return f.(form)
	}
	f := formOfStruct(t)
	forms.Store(t, f)
	return f
}

func formOfStruct(t reflect.Type) form {
	p := reflect.PointerTo(t)
	switch {
	case t == typeTime:
		return formTime
	case p.Implements(typeProto):
		return formProto
	case isLock(t):
		return formLock
	case t.PkgPath() == "unique" || t.PkgPath() == "weak":
		return formIdentity
	case p.Implements(typeMarshaler) && p.Implements(typeUnmarshaler):
		return formBinary
	}
	return formKind
}

// encode appends v, which must be addressable, to b. On an error b is as good as lost.
func encode(b []byte, v reflect.Value) ([]byte, error) { return encodeValue(b, v, 0) }

// decode reads v, which must be addressable and zero, from r.
func decode(r *reader, v reflect.Value) error { return decodeValue(r, v, 0) }

// field is v's i-th field, unexported or not, fit for reading and setting. v must be addressable.
func field(v reflect.Value, i int) reflect.Value {
	f := v.Field(i)
	return reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem()
}

// addressable is a copy of v that has an address.
func addressable(v reflect.Value) reflect.Value {
	c := reflect.New(v.Type()).Elem()
	c.Set(v)
	return c
}

// isBytes says that a slice or array of elements of type t is written in one piece.
func isBytes(t reflect.Type) bool { return t.Kind() == reflect.Uint8 }

type reader struct{ b []byte }

func (r *reader) uvarint() (uint64, error) {
	x, n := binary.Uvarint(r.b)
	if n <= 0 {
		return 0, errShort
	}
	r.b = r.b[n:]
	return x, nil
}

func (r *reader) varint() (int64, error) {
	x, n := binary.Varint(r.b)
	if n <= 0 {
		return 0, errShort
	}
	r.b = r.b[n:]
	return x, nil
}

// take returns the next n bytes; they are the trace's own.
func (r *reader) take(n uint64) ([]byte, error) {
	if n > uint64(len(r.b)) {
		return nil, errShort
	}
	b := r.b[:n:n]
	r.b = r.b[n:]
	return b, nil
}

func (r *reader) bytes() ([]byte, error) {
	n, err := r.uvarint()
	if err != nil {
		return nil, err
	}
	return r.take(n)
}

func appendBytes[S ~string | ~[]byte](b []byte, s S) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}
