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
	own  *session             // names requests that come without an id
}

// handler is what grpc calls in place of the method's own handler, which runs in the op.
func (e *edge) handler(m *method) func(any, context.Context, func(any) error, grpc.UnaryServerInterceptor) (any, error) {
	return func(_ any, ctx context.Context, dec func(any) error, chain grpc.UnaryServerInterceptor) (any, error) {
		if learn, ok := ctx.Value(probeKey{}).(func(grpc.UnaryServerInterceptor)); ok {
			learn(chain)
			return nil, status.Error(codes.Aborted, "midas: interceptors learned")
		}
		if m.refused != "" {
			return nil, m.refusal()
		}
		n := e.node.Load()
		if n == nil {
			return nil, status.Error(codes.Unavailable, "midas: the replica has not joined its group")
		}
		if n.outside.Load() { // which can last: another replica answers at once
			return nil, status.Error(codes.Unavailable, "midas: the replica waits for a place in its group")
		}
		request, err := m.decode(ctx, dec)
		if err != nil {
			return nil, err
		}
		return e.serve(ctx, n, m, request)
	}
}

// refusal is what callers of a method that must not run get to hear.
func (m *method) refusal() error {
	return status.Errorf(codes.FailedPrecondition, "midas: %s is not replicated: %s", m.name, m.refused)
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
	meta, err := encodeMeta(withoutOwn(md))
	if err != nil {
		return nil, status.Errorf(codes.Internal, "midas: %s: encode metadata: %v", m.name, err)
	}
	r := &core.ClientRequest{
		Method: m.name, Request: request, Meta: meta, Read: m.reads && n.place.Reads == "index",
	}
	var a answer
	if given := md.Get(metaOpID); len(given) > 0 {
		if r.Op, r.Mark, err = identify(n.place.Tier, given[0], md.Get(metaOpMark)); err == nil {
			r.Op = asRead(r)
			a, err = n.ask(ctx, r)
		}
	} else {
		a, err = e.name(ctx, n, r)
	}
	if err != nil {
		return nil, err
	}
	if a.Refused {
		if a.Floor > 0 {
			grpc.SetTrailer(ctx, metadata.Pairs(metaOpFloor, strconv.FormatUint(a.Floor, 10)))
		}
		return nil, a.refusal()
	}
	return deliver(ctx, a.Payload, question(m.name, request))
}

// name asks a request that has no id under one of the edge's own. The id is new each time, so that a refusal means that it has not run.
func (e *edge) name(ctx context.Context, n *node, r *core.ClientRequest) (answer, error) {
	for {
		name, birth := e.own.name()
		seq, mark := e.own.begin()
		r.Op, r.Mark = inRealm(n.place.Tier, fmt.Sprintf("%s/%d", name, seq)), mark
		r.Op = asRead(r)
		a, err := n.ask(ctx, r)
		e.own.done(seq)
		if err != nil || a.Floor == 0 {
			return a, err
		}
		e.own.renew(birth, a.Floor)
	}
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

// asRead is the id of a request: that of a read is no operation's in the log, even if a client gives both the same.
func asRead(r *core.ClientRequest) core.OpID {
	if r.Read {
		return r.Op + "/read"
	}
	return r.Op
}

// identify returns the op id and the low-water mark of a client that names itself.
func identify(tier, given string, marks []string) (id core.OpID, mark uint64, err error) {
	client, number, _ := strings.Cut(given, "/")
	if seq, err := strconv.ParseUint(number, 10, 64); client == "" || err != nil || seq == 0 || number[0] == '0' {
		return "", 0, status.Errorf(codes.InvalidArgument, "midas: metadata %s is %q, must be CLIENT/SEQ with SEQ from 1", metaOpID, given)
	}
	if len(marks) > 0 {
		if mark, err = strconv.ParseUint(marks[0], 10, 64); err != nil {
			return "", 0, status.Errorf(codes.InvalidArgument, "midas: metadata %s is %q, must be a number", metaOpMark, marks[0])
		}
	}
	return inRealm(tier, given), mark, nil
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
