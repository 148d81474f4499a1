package tiers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/midas-tiers/midas/tiers/core"
)

// edge stands where clients' requests arrive: it turns each into an operation of the tier and waits for its reply.
type edge struct {
	node atomic.Pointer[node] // nil until the replica joins
	own  marks                // numbers requests that come without an id
}

// handler is what grpc calls in place of the method's own handler, which runs in the op.
func (e *edge) handler(m *method) func(any, context.Context, func(any) error, grpc.UnaryServerInterceptor) (any, error) {
	return func(_ any, ctx context.Context, dec func(any) error, chain grpc.UnaryServerInterceptor) (any, error) {
		if learn, ok := ctx.Value(probeKey{}).(func(grpc.UnaryServerInterceptor)); ok {
			learn(chain)
			return nil, status.Error(codes.Aborted, "midas: interceptors learned")
		}
		if m.refused != "" {
			return nil, status.Errorf(codes.FailedPrecondition, "midas: %s is not replicated: %s", m.name, m.refused)
		}
		n := e.node.Load()
		if n == nil {
			return nil, status.Error(codes.Unavailable, "midas: the replica has not joined its group")
		}
		request, err := m.decode(ctx, dec)
		if err != nil {
			return nil, err
		}
		return e.serve(ctx, n, m, request)
	}
}

// decode takes the request's bytes. Only the method's own handler knows the message's type, so it is run up to its decoding.
func (m *method) decode(ctx context.Context, dec func(any) error) ([]byte, error) {
	decoded := errors.New("decoded")
	var request []byte
	_, err := m.handle(m.impl, ctx, func(v any) error {
		if err := dec(v); err != nil {
			return err
		}
		var err error
		if request, err = marshal(v); err != nil {
			return status.Errorf(codes.Internal, "midas: %s: encode request: %v", m.name, err)
		}
		return decoded
	}, nil)
	if !errors.Is(err, decoded) {
		return nil, err
	}
	return request, nil
}

func (e *edge) serve(ctx context.Context, n *node, m *method, request []byte) (any, error) {
	md, _ := metadata.FromIncomingContext(ctx)
	id, mark, done, err := e.identify(n, md)
	if err != nil {
		return nil, err
	}
	defer done()
	meta, err := encodeMeta(withoutOwn(md))
	if err != nil {
		return nil, status.Errorf(codes.Internal, "midas: %s: encode metadata: %v", m.name, err)
	}
	answer, err := n.ask(ctx, &core.ClientRequest{
		Op: id, Mark: mark, Method: m.name, Request: request, Meta: meta, Technique: n.place.Technique,
	})
	if err != nil {
		return nil, err
	}
	return deliver(ctx, answer, question(m.name, request))
}

// deliver gives the reply to grpc. Its message is encoded already: an empty message with unknown fields encodes to just these.
func deliver(ctx context.Context, payload, question []byte) (any, error) {
	r, err := decodeReply(payload)
	if err != nil {
		return nil, status.Errorf(codes.Internal, "midas: %v", err)
	}
	if !bytes.Equal(r.Question, question) {
		return nil, status.Errorf(codes.InvalidArgument, "midas: metadata %s names another request's operation", metaOpID)
	}
	if len(r.Header) > 0 {
		grpc.SetHeader(ctx, r.Header)
	}
	if len(r.Trailer) > 0 {
		grpc.SetTrailer(ctx, r.Trailer)
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	message := &emptypb.Empty{}
	message.ProtoReflect().SetUnknown(r.Message)
	var _ proto.Message = message
	return message, nil
}

// identify returns the request's op id and its client's low-water mark; done is to be called when it is answered.
func (e *edge) identify(n *node, md metadata.MD) (id core.OpID, mark uint64, done func(), err error) {
	given := md.Get(metaOpID)
	if len(given) == 0 {
		seq, mark := e.own.begin()
		id := core.OpID(fmt.Sprintf("edge-%s-%d-%d/%d", n.place.Tier, n.place.Replica, n.life.Number, seq))
		return id, mark, func() { e.own.done(seq) }, nil
	}
	client, number, _ := strings.Cut(given[0], "/")
	if seq, err := strconv.ParseUint(number, 10, 64); client == "" || err != nil || seq == 0 || number[0] == '0' {
		return "", 0, nil, status.Errorf(codes.InvalidArgument, "midas: metadata %s is %q, must be CLIENT/SEQ with SEQ from 1", metaOpID, given[0])
	}
	if text := md.Get(metaOpMark); len(text) > 0 {
		if mark, err = strconv.ParseUint(text[0], 10, 64); err != nil {
			return "", 0, nil, status.Errorf(codes.InvalidArgument, "midas: metadata %s is %q, must be a number", metaOpMark, text[0])
		}
	}
	return core.OpID(given[0]), mark, func() {}, nil
}

// withoutOwn leaves out the metadata that a retry may change.
func withoutOwn(md metadata.MD) metadata.MD {
	kept := make(metadata.MD, len(md))
	for k, v := range md {
		if k != metaOpID && k != metaOpMark {
			kept[k] = v
		}
	}
	return kept
}
