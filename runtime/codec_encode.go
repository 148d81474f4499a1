package midasrt

import (
	"bytes"
	"encoding"
	"encoding/binary"
	"fmt"
	"math"
	"reflect"
	"slices"
	"time"

	"google.golang.org/protobuf/proto"
)

func encodeValue(b []byte, v reflect.Value, depth int) ([]byte, error) {
	if depth > maxDepth {
		return b, errDepth
	}
	switch formOf(v.Type()) {
	case formTime:
		return appendTime(b, *v.Addr().Interface().(*time.Time)), nil
	case formProto:
		m, err := proto.MarshalOptions{Deterministic: true}.Marshal(v.Addr().Interface().(proto.Message))
		return appendBytes(b, m), err
	case formBinary:
		m, err := v.Addr().Interface().(encoding.BinaryMarshaler).MarshalBinary()
		return appendBytes(b, m), err
	case formLock:
		return b, nil
	case formIdentity:
		return b, fmt.Errorf("%v is an address", v.Type())
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Array:
		return encodeList(b, v, depth)
	case reflect.Map:
		return encodeMap(b, v, depth)
	case reflect.Struct:
		return encodeStruct(b, v, depth)
	case reflect.Interface:
		return encodeInterface(b, v, depth)
	case reflect.Pointer:
		if v.IsNil() {
			return append(b, 0), nil
		}
		return encodeValue(append(b, 1), v.Elem(), depth+1)
	case reflect.Chan, reflect.Func, reflect.UnsafePointer:
		if v.IsNil() {
			return append(b, 0), nil
		}
		return b, fmt.Errorf("a %v cannot be encoded", v.Type())
	}
	return encodeBasic(b, v), nil
}

func encodeBasic(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			return append(b, 1)
		}
		return append(b, 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return binary.AppendVarint(b, v.Int())
	case reflect.Uint8:
		return append(b, byte(v.Uint()))
	case reflect.Float32: // through its bits: a conversion would quiet a signalling NaN
		return binary.LittleEndian.AppendUint32(b, math.Float32bits(*(*float32)(v.Addr().UnsafePointer())))
	case reflect.Float64:
		return binary.LittleEndian.AppendUint64(b, math.Float64bits(v.Float()))
	case reflect.Complex64:
		c := *(*complex64)(v.Addr().UnsafePointer())
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(real(c)))
		return binary.LittleEndian.AppendUint32(b, math.Float32bits(imag(c)))
	case reflect.Complex128:
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(real(v.Complex())))
		return binary.LittleEndian.AppendUint64(b, math.Float64bits(imag(v.Complex())))
	case reflect.String:
		return appendBytes(b, v.String())
	}
	return binary.AppendUvarint(b, v.Uint()) // the unsigned kinds are left
}

func encodeList(b []byte, v reflect.Value, depth int) ([]byte, error) {
	if v.Kind() == reflect.Slice {
		if v.IsNil() {
			return append(b, 0), nil
		}
		b = binary.AppendUvarint(b, uint64(v.Len())+1)
	}
	if isBytes(v.Type().Elem()) {
		return append(b, v.Bytes()...), nil
	}
	var err error
	for i := range v.Len() {
		if b, err = encodeValue(b, v.Index(i), depth+1); err != nil {
			return b, err
		}
	}
	return b, nil
}

func encodeStruct(b []byte, v reflect.Value, depth int) ([]byte, error) {
	var err error
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Name == "_" {
			continue
		}
		if b, err = encodeValue(b, field(v, i), depth+1); err != nil {
			return b, fmt.Errorf("field %s: %w", f.Name, err)
		}
	}
	return b, nil
}

func encodeMap(b []byte, v reflect.Value, depth int) ([]byte, error) {
	if v.IsNil() {
		return append(b, 0), nil
	}
	b = binary.AppendUvarint(b, uint64(v.Len())+1)
	entries := make([][]byte, 0, v.Len())
	for it := v.MapRange(); it.Next(); {
		e, err := encodeValue(nil, addressable(it.Key()), depth+1)
		if err != nil {
			return b, fmt.Errorf("map key: %w", err)
		}
		if e, err = encodeValue(e, addressable(it.Value()), depth+1); err != nil {
			return b, fmt.Errorf("map value: %w", err)
		}
		entries = append(entries, e)
	}
	slices.SortFunc(entries, bytes.Compare)
	return append(b, bytes.Join(entries, nil)...), nil
}
