package compensate

import (
	"reflect"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/runtime/protoimpl"
)

var protoMessage = reflect.TypeFor[proto.Message]()

// isMessage says that t is the struct of a generated protobuf message. Messages are walked by their fields, not marshalled, so that
// two holders of one sub-message still share it afterwards.
func isMessage(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && reflect.PointerTo(t).Implements(protoMessage)
}

// internalFields are the generated struct's own: type descriptor, cached size, lazily decoded input.
var internalFields = map[string]bool{
	"state": true, "sizeCache": true, "weakFields": true,
	"XXX_NoUnkeyedLiteral": true, "XXX_sizecache": true, "XXX_raceDetectHookData": true, "XXX_lazyUnmarshalInfo": true,
}

func internalField(f reflect.StructField) bool { return internalFields[f.Name] }

// looseField says that the wire form cannot tell nil from empty: lists, maps and bytes without presence.
func looseField(f reflect.StructField) bool {
	switch f.Type.Kind() {
	case reflect.Map:
		return true
	case reflect.Slice:
		tag := f.Tag.Get("protobuf")
		return f.Type.Elem().Kind() != reflect.Uint8 || !strings.Contains(tag, ",oneof") && strings.Contains(tag, ",proto3") ||
			f.Name == "unknownFields" || f.Name == "XXX_unrecognized"
	}
	return false
}

// wrappers are the types that a message's oneof fields may hold: no static type of the message names them.
func wrappers(t reflect.Type) []any {
	m, ok := reflect.Zero(reflect.PointerTo(t)).Interface().(proto.Message)
	if !ok {
		return nil
	}
	info, ok := typeOf(m).(*protoimpl.MessageInfo)
	if !ok {
		return nil
	}
	return info.OneofWrappers
}

// typeOf is m's message type. Types that only embed a message, or that are made at run time, panic on a nil receiver; they have no
// generated oneof wrappers.
func typeOf(m proto.Message) (t protoreflect.MessageType) {
	defer func() { _ = recover() }()
	return m.ProtoReflect().Type()
}
