package tiers

import (
	"context"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	midasrt "github.com/midas-tiers/midas/runtime"
)

// NewClient is grpc.NewClient for code that handlers may call. In a replica, a unary call made by a handler becomes a nested request
// if the place maps target to a tier, and fails with FAILED_PRECONDITION if not. Calls made elsewhere are grpc's own; to a tier, they
// go to its replicas as any client's do.
func NewClient(target string, opts ...grpc.DialOption) (*grpc.ClientConn, error) {
	target, opts, err := placed(target, opts)
	if err != nil {
		return nil, err
	}
	return grpc.NewClient(target, opts...)
}

// Dial is grpc.Dial; see [NewClient].
func Dial(target string, opts ...grpc.DialOption) (*grpc.ClientConn, error) {
	target, opts, err := placed(target, opts)
	if err != nil {
		return nil, err
	}
	//lint:ignore SA1019 the program calls it
	return grpc.Dial(target, opts...)
}

// DialContext is grpc.DialContext; see [NewClient].
func DialContext(ctx context.Context, target string, opts ...grpc.DialOption) (*grpc.ClientConn, error) {
	target, opts, err := placed(target, opts)
	if err != nil {
		return nil, err
	}
	//lint:ignore SA1019 the program calls it
	return grpc.DialContext(ctx, target, opts...)
}

// placed returns what to dial for target with opts in this process's place.
func placed(target string, opts []grpc.DialOption) (string, []grpc.DialOption, error) {
	r, err := process()
	if r == nil || err != nil {
		return target, opts, err
	}
	r.dialled.note(target)
	target, opts = r.place.dial(target, opts)
	return target, opts, nil
}

// dial makes the connection's interceptors the innermost, so that the program's own see a nested request as any other call.
func (p *Place) dial(target string, opts []grpc.DialOption) (string, []grpc.DialOption) {
	tier := p.Calls[target]
	opts = append(opts[:len(opts):len(opts)], nesting(target, tier)...)
	if tier == "" {
		return target, opts
	}
	var addrs []string
	for _, m := range p.Tiers[tier] {
		addrs = append(addrs, m.Addr)
	}
	name := target[strings.LastIndexByte(target, '/')+1:] // without a resolver's scheme
	to, more := failover(name, addrs)
	return to, append(more, opts...) // the program's own options prevail
}

// nesting returns the innermost interceptors of a connection to target, which is tier, or "" if it is none.
func nesting(target, tier string) []grpc.DialOption {
	unary := func(
		ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption,
	) error {
		op := midasrt.FromContext(ctx)
		if op == nil {
			return invoke(ctx, method, req, reply, cc, opts...)
		}
		if tier == "" {
			return notATier(target, method)
		}
		return nested{op: op, tier: tier, method: method, request: req, reply: reply}.call(ctx, opts)
	}
	stream := func(
		ctx context.Context, desc *grpc.StreamDesc, cc *grpc.ClientConn, method string, open grpc.Streamer, opts ...grpc.CallOption,
	) (grpc.ClientStream, error) {
		if midasrt.FromContext(ctx) == nil {
			return open(ctx, desc, cc, method, opts...)
		}
		if tier == "" {
			return nil, notATier(target, method)
		}
		return nil, status.Errorf(codes.FailedPrecondition, "midas: %s: streaming calls are not replicated", method)
	}
	return []grpc.DialOption{grpc.WithChainUnaryInterceptor(unary), grpc.WithChainStreamInterceptor(stream)}
}

func notATier(target, method string) error {
	return status.Errorf(codes.FailedPrecondition, "midas: %s: target %q is not a tier of this system", method, target)
}

// nested is a handler's call to another tier.
type nested struct {
	op             *midasrt.Op
	tier, method   string
	request, reply any
}

// call parks the handler until the callee's tier has answered.
func (c nested) call(ctx context.Context, opts []grpc.CallOption) error {
	in, out := messageOf(c.request), messageOf(c.reply)
	if in == nil || out == nil {
		return status.Errorf(codes.Internal, "midas: %s: %T and %T must be protobuf messages", c.method, c.request, c.reply)
	}
	request, err := marshal(in)
	if err != nil {
		return status.Errorf(codes.Internal, "midas: %s: encode request: %v", c.method, err)
	}
	md, _ := metadata.FromOutgoingContext(ctx)
	meta, err := encodeMeta(md)
	if err != nil {
		return status.Errorf(codes.Internal, "midas: %s: encode metadata: %v", c.method, err)
	}
	deadline, _ := ctx.Deadline() // the leader's counts: see deadline.go
	bytes, err := c.op.Park(&midasrt.Call{Tier: c.tier, Method: c.method, Request: request, Meta: meta, Deadline: deadline})
	if err != nil {
		return status.Errorf(codes.FailedPrecondition, "midas: %s: %v", c.method, err)
	}
	answer, err := decodeReply(bytes)
	if err != nil {
		return status.Errorf(codes.Internal, "midas: %s: %v", c.method, err)
	}
	answer.giveMetadata(opts)
	if err := answer.err(); err != nil {
		return err
	}
	if err := proto.Unmarshal(answer.Message, out); err != nil { // which resets out first
		return status.Errorf(codes.Internal, "midas: %s: decode reply: %v", c.method, err)
	}
	return nil
}
