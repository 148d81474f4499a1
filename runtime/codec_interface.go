package midasrt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strconv"
	"syscall"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// An interface value is a tag and what the tag says. Types and sentinels go by their index, which every process of one binary knows.
const (
	ifaceNil      byte = iota
	ifaceType          // index of a registered type, value
	ifaceProto         // full name of a message, its bytes
	ifaceSentinel      // index of a well-known or registered error
	ifaceError         // text, number of wrapped errors, these
)

// wellKnown types may be in interfaces without having been registered; registered ones follow in index order.
var wellKnown = []reflect.Type{
	reflect.TypeFor[bool](), reflect.TypeFor[string](), reflect.TypeFor[[]byte](),
	reflect.TypeFor[int](), reflect.TypeFor[int8](), reflect.TypeFor[int16](), reflect.TypeFor[int32](), reflect.TypeFor[int64](),
	reflect.TypeFor[uint](), reflect.TypeFor[uint8](), reflect.TypeFor[uint16](), reflect.TypeFor[uint32](), reflect.TypeFor[uint64](),
	reflect.TypeFor[float32](), reflect.TypeFor[float64](), reflect.TypeFor[complex64](), reflect.TypeFor[complex128](),
	reflect.TypeFor[time.Time](), reflect.TypeFor[time.Duration](),
	reflect.TypeFor[[]any](), reflect.TypeFor[[]string](), reflect.TypeFor[map[string]any](), reflect.TypeFor[map[string]string](),
	reflect.TypeFor[*fs.PathError](), reflect.TypeFor[*os.LinkError](), reflect.TypeFor[*os.SyscallError](),
	reflect.TypeFor[*strconv.NumError](), reflect.TypeFor[*time.ParseError](), reflect.TypeFor[syscall.Errno](),
}

func typeIndex(t reflect.Type) (int, bool) {
	if i := slices.Index(wellKnown, t); i >= 0 {
		return i, true
	}
	tables.RLock()
	defer tables.RUnlock()
	i, ok := tables.index[t]
	return len(wellKnown) + i, ok
}

func typeAt(i uint64) (reflect.Type, bool) {
	if i < uint64(len(wellKnown)) {
		return wellKnown[i], true
	}
	tables.RLock()
	defer tables.RUnlock()
	if i -= uint64(len(wellKnown)); i < uint64(len(tables.types)) {
		return tables.types[i], true
	}
	return nil, false
}

func encodeInterface(b []byte, v reflect.Value, depth int) ([]byte, error) {
	if v.IsNil() {
		return append(b, ifaceNil), nil
	}
	err, isError := v.Interface().(error)
	if isError {
		if i, ok := sentinelIndex(err); ok {
			return binary.AppendUvarint(append(b, ifaceSentinel), uint64(i)), nil
		}
	}
	e := v.Elem()
	if i, ok := typeIndex(e.Type()); ok {
		return encodeValue(binary.AppendUvarint(append(b, ifaceType), uint64(i)), addressable(e), depth+1)
	}
	if m, ok := v.Interface().(proto.Message); ok && e.Kind() == reflect.Pointer && !e.IsNil() {
		b = appendBytes(append(b, ifaceProto), string(m.ProtoReflect().Descriptor().FullName()))
		return encodeValue(b, e.Elem(), depth+1)
	}
	if isError && typeRecorded.AssignableTo(v.Type()) {
		return encodeError(append(b, ifaceError), err, depth)
	}
	return b, fmt.Errorf("%v in a %v is not a registered type", e.Type(), v.Type())
}

func encodeError(b []byte, err error, depth int) ([]byte, error) {
	b = appendBytes(b, err.Error())
	var causes []error
	switch w := err.(type) {
	case interface{ Unwrap() error }:
		if c := w.Unwrap(); c != nil {
			causes = []error{c}
		}
	case interface{ Unwrap() []error }:
		causes = w.Unwrap()
	}
	b = binary.AppendUvarint(b, uint64(len(causes)))
	for i := range causes {
		var e error
		if b, e = encodeValue(b, reflect.ValueOf(&causes[i]).Elem(), depth+1); e != nil {
			return b, e
		}
	}
	return b, nil
}

func decodeInterface(r *reader, v reflect.Value, depth int) error {
	tag, err := r.take(1)
	if err != nil || tag[0] == ifaceNil {
		return err
	}
	var e reflect.Value
	switch tag[0] {
	case ifaceType:
		e, err = decodeTyped(r, depth)
	case ifaceProto:
		e, err = decodeProto(r, depth)
	case ifaceSentinel:
		var i uint64
		if i, err = r.uvarint(); err == nil {
			e = reflect.ValueOf(sentinelAt(i))
		}
	case ifaceError:
		e, err = decodeError(r, depth)
	}
	switch {
	case err != nil:
		return err
	case !e.IsValid() || !e.Type().AssignableTo(v.Type()):
		return fmt.Errorf("no value for a %v", v.Type())
	}
	v.Set(e)
	return nil
}

func decodeTyped(r *reader, depth int) (reflect.Value, error) {
	i, err := r.uvarint()
	if err != nil {
		return reflect.Value{}, err
	}
	t, ok := typeAt(i)
	if !ok {
		return reflect.Value{}, fmt.Errorf("no type %d is registered", i)
	}
	e := reflect.New(t).Elem()
	return e, decodeValue(r, e, depth+1)
}

func decodeProto(r *reader, depth int) (reflect.Value, error) {
	name, err := r.bytes()
	if err != nil {
		return reflect.Value{}, err
	}
	t, err := protoregistry.GlobalTypes.FindMessageByName(protoreflect.FullName(name))
	if err != nil {
		return reflect.Value{}, err
	}
	m := reflect.ValueOf(t.New().Interface())
	return m, decodeValue(r, m.Elem(), depth+1)
}

// recorded is an error that came out of a trace: its text and what it wraps. Its type is lost.
type recorded struct {
	text   string
	causes []error
}

var typeRecorded = reflect.TypeFor[*recorded]()

func (e *recorded) Error() string   { return e.text }
func (e *recorded) Unwrap() []error { return e.causes }

func decodeError(r *reader, depth int) (reflect.Value, error) {
	text, err := r.bytes()
	if err != nil {
		return reflect.Value{}, err
	}
	n, err := r.uvarint()
	if err != nil {
		return reflect.Value{}, err
	}
	if n == 0 {
		return reflect.ValueOf(errors.New(string(text))), nil
	}
	e := &recorded{text: string(text)}
	for range n {
		var cause error
		if err := decodeValue(r, reflect.ValueOf(&cause).Elem(), depth+1); err != nil {
			return reflect.Value{}, err
		}
		e.causes = append(e.causes, cause)
	}
	return reflect.ValueOf(e), nil
}
