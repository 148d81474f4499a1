package tiers

import (
	"crypto/sha256"
	"errors"
	"fmt"

	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/protoadapt"
)

// reply is what an op answers: the payload of a core.Out without a call.
type reply struct {
	Message []byte              `cbor:"1,keyasint,omitempty"` // if the status is OK
	Status  []byte              `cbor:"2,keyasint,omitempty"` // google.rpc.Status, details included; empty means OK
	Header  map[string][]string `cbor:"3,keyasint,omitempty"`
	Trailer map[string][]string `cbor:"4,keyasint,omitempty"`
	// Question says what the reply answers: a client may have given two requests one op id.
	Question []byte `cbor:"5,keyasint"`
}

// question tells requests apart.
func question(method string, request []byte) []byte {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n", method)
	h.Write(request)
	return h.Sum(nil)[:16]
}

// failure returns the reply for an error, which keeps its status and details.
func failure(err error) reply {
	bytes, encoding := proto.MarshalOptions{Deterministic: true}.Marshal(status.Convert(err).Proto())
	if encoding != nil { // a message with invalid UTF-8
		bytes, _ = proto.Marshal(status.New(codes.Internal, "midas: the error cannot be encoded").Proto())
	}
	return reply{Status: bytes}
}

// encodeFor encodes the reply to the request of an op.
func (r reply) encodeFor(question []byte) []byte {
	r.Question = question
	return r.encode()
}

func (r reply) encode() []byte {
	b, err := stable.Marshal(r)
	if err != nil {
		panic(fmt.Sprintf("tiers: encode reply: %v", err)) // plain data always encodes
	}
	return b
}

func decodeReply(b []byte) (*reply, error) {
	var r reply
	if err := lenient.Unmarshal(b, &r); err != nil {
		return nil, fmt.Errorf("decode reply: %w", err)
	}
	return &r, nil
}

// err is the status as grpc returns it, nil for OK.
func (r *reply) err() error {
	if len(r.Status) == 0 {
		return nil
	}
	var s spb.Status
	if err := proto.Unmarshal(r.Status, &s); err != nil {
		return status.Errorf(codes.Internal, "midas: decode status: %v", err)
	}
	return status.ErrorProto(&s)
}

// giveMetadata fills in what the caller asked for by grpc.Header and grpc.Trailer.
func (r *reply) giveMetadata(opts []grpc.CallOption) {
	for _, o := range opts {
		switch o := o.(type) {
		case grpc.HeaderCallOption:
			*o.HeaderAddr = metadata.MD(r.Header)
		case grpc.TrailerCallOption:
			*o.TrailerAddr = metadata.MD(r.Trailer)
		}
	}
}

func encodeMeta(md metadata.MD) ([]byte, error) {
	if len(md) == 0 {
		return nil, nil
	}
	return stable.Marshal(map[string][]string(md))
}

func decodeMeta(b []byte) (metadata.MD, error) {
	if len(b) == 0 {
		return metadata.MD{}, nil
	}
	var md map[string][]string
	if err := lenient.Unmarshal(b, &md); err != nil {
		return nil, fmt.Errorf("decode metadata: %w", err)
	}
	return md, nil
}

var errNotProto = errors.New("not a protobuf message")

// messageOf returns v as a protobuf message, of the old interface too, or nil.
func messageOf(v any) proto.Message {
	switch m := v.(type) {
	case proto.Message:
		return m
	case protoadapt.MessageV1:
		return protoadapt.MessageV2Of(m)
	}
	return nil
}

func marshal(v any) ([]byte, error) {
	m := messageOf(v)
	if m == nil {
		return nil, fmt.Errorf("%T: %w", v, errNotProto)
	}
	return proto.MarshalOptions{Deterministic: true}.Marshal(m)
}
