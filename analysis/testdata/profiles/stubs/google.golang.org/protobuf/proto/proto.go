// Package proto has the declarations of google.golang.org/protobuf/proto that services name.
package proto

import "google.golang.org/protobuf/reflect/protoreflect"

type Message = protoreflect.ProtoMessage

type MarshalOptions struct {
	AllowPartial  bool
	Deterministic bool
	UseCachedSize bool
}

func Marshal(m Message) ([]byte, error)                                    { return nil, nil }
func (o MarshalOptions) Marshal(m Message) ([]byte, error)                 { return nil, nil }
func (o MarshalOptions) MarshalAppend(b []byte, m Message) ([]byte, error) { return nil, nil }
func Unmarshal(b []byte, m Message) error                                  { return nil }
func Clone(m Message) Message                                              { return m }
