// Package protoreflect has the declarations of google.golang.org/protobuf/reflect/protoreflect that messages name.
package protoreflect

type ProtoMessage interface{ ProtoReflect() Message }

type Message interface {
	Interface() ProtoMessage
	IsValid() bool
}
