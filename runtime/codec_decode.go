package midasrt

import (
	"encoding"
	"encoding/binary"
	"fmt"
	"math"
	"reflect"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"
)

func decodeValue(r *reader, v reflect.Value, depth int) error {
	if depth > maxDepth {
		return errDepth
	}
	switch f := formOf(v.Type()); f {
	case formTime:
		t, err := r.time()
		*v.Addr().Interface().(*time.Time) = t
		return err
	case formProto, formBinary:
		m, err := r.bytes()
		if err != nil {
			return err
		}
		if f == formProto {
			return proto.Unmarshal(m, v.Addr().Interface().(proto.Message))
		}
		return v.Addr().Interface().(encoding.BinaryUnmarshaler).UnmarshalBinary(m)
	case formLock:
		return nil
	}
	switch v.Kind() {
	case reflect.Slice:
		return decodeSlice(r, v, depth)
	case reflect.Array:
		return decodeElements(r, v, depth)
	case reflect.Map:
		return decodeMap(r, v, depth)
	case reflect.Struct:
		return decodeStruct(r, v, depth)
	case reflect.Interface:
		return decodeInterface(r, v, depth)
	case reflect.Pointer, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return decodePointer(r, v, depth)
	}
	return decodeBasic(r, v)
}

func decodePointer(r *reader, v reflect.Value, depth int) error {
	present, err := r.take(1)
	if err != nil || present[0] == 0 {
		return err
	}
	if v.Kind() != reflect.Pointer {
		return fmt.Errorf("a %v cannot be decoded", v.Type())
	}
	v.Set(reflect.New(v.Type().Elem()))
	return decodeValue(r, v.Elem(), depth+1)
}

func decodeBasic(r *reader, v reflect.Value) error {
	switch v.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		x, err := r.varint()
		v.SetInt(x)
		return err
	case reflect.Uint, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		x, err := r.uvarint()
		v.SetUint(x)
		return err
	case reflect.String:
		b, err := r.bytes()
		v.SetString(string(b))
		return err
	}
	// What is left has the size in the trace that it has in memory.
	b, err := r.take(uint64(v.Type().Size()))
	if err != nil {
		return err
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(b[0] != 0)
	case reflect.Uint8:
		v.SetUint(uint64(b[0]))
	case reflect.Float32:
		*(*float32)(v.Addr().UnsafePointer()) = float32At(b)
	case reflect.Float64:
		v.SetFloat(float64At(b))
	case reflect.Complex64:
		*(*complex64)(v.Addr().UnsafePointer()) = complex(float32At(b), float32At(b[4:]))
	case reflect.Complex128:
		v.SetComplex(complex(float64At(b), float64At(b[8:])))
	}
	return nil
}

func float32At(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) }
func float64At(b []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(b)) }

// length reads what slices and maps begin with. Elements take least bytes or more and have size bytes of memory, which bounds what a bad
// trace can make us allocate.
func (r *reader) length(least uint64, size uintptr) (n int, isNil bool, err error) {
	x, err := r.uvarint()
	if err != nil || x == 0 {
		return 0, true, err
	}
	x--
	if x > math.MaxInt32 || x*least > uint64(len(r.b)) || least == 0 && x*uint64(size) > maxBlank {
		return 0, false, errShort
	}
	return int(x), false, nil
}

// maxBlank is the memory that elements which are not encoded, such as locks, may take.
const maxBlank = 1 << 20

var shortest sync.Map // reflect.Type of a struct to the length of its shortest encoding

// leastOf is the length of t's shortest encoding in bytes.
func leastOf(t reflect.Type) uint64 {
	switch f := formOf(t); {
	case f == formLock:
		return 0
	case f != formKind:
		return 1
	}
	switch t.Kind() {
	case reflect.Array:
		return uint64(t.Len()) * leastOf(t.Elem())
	case reflect.Struct:
	case reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128:
		return uint64(t.Size())
	default:
		return 1
	}
	if n, ok := shortest.Load(t); ok {
		return n.(uint64)
	}
	n := uint64(0)
	for i := range t.NumField() {
		if f := t.Field(i); f.Name != "_" {
			n += leastOf(f.Type)
		}
	}
	shortest.Store(t, n)
	return n
}

func decodeSlice(r *reader, v reflect.Value, depth int) error {
	elem := v.Type().Elem()
	n, isNil, err := r.length(leastOf(elem), elem.Size())
	if err != nil || isNil {
		return err
	}
	v.Set(reflect.MakeSlice(v.Type(), n, n))
	return decodeElements(r, v, depth)
}

func decodeElements(r *reader, v reflect.Value, depth int) error {
	if isBytes(v.Type().Elem()) {
		b, err := r.take(uint64(v.Len()))
		copy(v.Bytes(), b)
		return err
	}
	if v.Type().Elem().Size() == 0 {
		return nil
	}
	for i := range v.Len() {
		if err := decodeValue(r, v.Index(i), depth+1); err != nil {
			return err
		}
	}
	return nil
}

func decodeStruct(r *reader, v reflect.Value, depth int) error {
	for i := range v.NumField() {
		if v.Type().Field(i).Name == "_" {
			continue
		}
		if err := decodeValue(r, field(v, i), depth+1); err != nil {
			return err
		}
	}
	return nil
}

func decodeMap(r *reader, v reflect.Value, depth int) error {
	t := v.Type()
	n, isNil, err := r.length(leastOf(t.Key())+leastOf(t.Elem()), maxBlank) // keys that are not encoded are all one
	if err != nil || isNil {
		return err
	}
	v.Set(reflect.MakeMapWithSize(t, n))
	for range n {
		key, elem := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
		if err := decodeValue(r, key, depth+1); err != nil {
			return err
		}
		if err := decodeValue(r, elem, depth+1); err != nil {
			return err
		}
		if !key.Comparable() {
			return fmt.Errorf("a map key of type %v cannot be compared", key.Type())
		}
		v.SetMapIndex(key, elem)
	}
	return nil
}
