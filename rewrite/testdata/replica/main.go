// Command replica runs the example's rewritten services as two replicas each, without a network. In style active both execute every sliver
// on their own, the second one then takes over what the first one drew; in style leader the second one runs it with the first one's trace.
// The arguments are the styles. It prints how their states differ in the end, and for style leader how often an external effect was performed.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"slices"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/midas-tiers/midas/compensate"
	"github.com/midas-tiers/midas/examples/threetier/ordering"
	"github.com/midas-tiers/midas/examples/threetier/shoppb"
	"github.com/midas-tiers/midas/examples/threetier/slides/slidespb"
	"github.com/midas-tiers/midas/examples/threetier/slides/tier2"
	"github.com/midas-tiers/midas/examples/threetier/storefront"
	"github.com/midas-tiers/midas/examples/threetier/warehouse"
	"github.com/midas-tiers/midas/rewrite/testdata/bound"
	"github.com/midas-tiers/midas/rewrite/testdata/eight"
	midasrt "github.com/midas-tiers/midas/runtime"
)

// conn parks the op at every nested request.
type conn struct{}

func (conn) Invoke(ctx context.Context, method string, args, reply any, _ ...grpc.CallOption) error {
	b, err := midasrt.FromContext(ctx).Park(&midasrt.Call{Method: method, Request: fmt.Append(nil, args)})
	if err != nil {
		return err
	}
	if m, ok := reply.(proto.Message); ok {
		return proto.Unmarshal(b, m)
	}
	switch r := reply.(type) {
	case *eight.Resp:
		r.ID = string(b)
	case *bound.Resp:
		r.Text = string(b)
	}
	return nil
}

// RegisterService makes conn a registrar.
func (conn) RegisterService(*grpc.ServiceDesc, any) {}

func (conn) NewStream(context.Context, *grpc.StreamDesc, string, ...grpc.CallOption) (grpc.ClientStream, error) {
	return nil, errors.New("no streams")
}

var replies = map[string]proto.Message{
	"/shop.Stock/Reserve": &shoppb.Reservation{Token: "t", Quantity: 1},
	"/shop.Orders/Place":  &shoppb.Order{Id: "o", Customer: "eve"},
	"/slides.Tier3/Bar":   &slidespb.BarReply{},
}

// server is one replica of all services.
type server struct {
	front  *storefront.Server
	orders *ordering.Server
	stock  *warehouse.Server
	foo    *tier2.Server
	eight  *eight.Server
	bound  *bound.Server
}

func newServer() *server {
	return &server{
		storefront.NewServer(shoppb.NewOrdersClient(conn{})), ordering.NewServer(shoppb.NewStockClient(conn{})),
		warehouse.NewServer([]string{"pen"}, []string{"a", "b", "c"}, 1000), tier2.NewServer(slidespb.NewTier3Client(conn{})),
		eight.New(conn{}, conn{}), bound.New(conn{}, conn{}, database(), os.DevNull),
	}
}

// handle runs the n-th request.
func (s *server) handle(ctx context.Context, n int) (err error) {
	ref := fmt.Sprint(n)
	switch n % 18 {
	case 0:
		_, err = s.front.Buy(ctx, &shoppb.BuyRequest{Customer: "eve", Sku: "pen", Quantity: 2, Reference: ref})
	case 1, 2:
		_, err = s.orders.Place(ctx, &shoppb.PlaceRequest{Customer: "eve", Sku: "pen", Quantity: 2, Reference: ref})
	case 3:
		_, err = s.stock.Reserve(ctx, &shoppb.ReserveRequest{OrderId: ref, Sku: "pen", Quantity: int64(n%7 + 1)})
	case 4:
		_, err = s.stock.Restock(ctx, &shoppb.RestockRequest{Sku: "pen", Quantity: 5, Reference: ref})
	case 5:
		_, err = s.foo.Foo(ctx, &slidespb.FooRequest{})
	default:
		handlers := []func(context.Context, *eight.Req) (*eight.Resp, error){
			s.eight.Place, s.eight.Toss, s.eight.Spread, s.eight.Session, s.eight.Cache,
			s.eight.Reserve, s.eight.ShipAll, s.eight.Report, s.eight.Walk, s.eight.Fill, s.eight.Chain, s.eight.Visit,
		}
		_, _ = handlers[n%18-6](ctx, &eight.Req{User: "u", Items: []string{"x", ref}, N: n % 5})
	}
	return err
}

// handleBound runs the n-th request of those that style active cannot run.
func (s *server) handleBound(ctx context.Context, n int) string {
	handlers := []func(context.Context, *bound.Req) (*bound.Resp, error){
		s.bound.Ask, s.bound.Insist, s.bound.Gamble, s.bound.Jump, s.bound.Queue, s.bound.Branch, s.bound.Race, s.bound.Buy, s.bound.Draw,
	}
	out, err := handlers[n%len(handlers)](ctx, &bound.Req{User: "u", N: n})
	return fmt.Sprint(out, err)
}

// reply is what the callee of the n-th request answers.
func reply(method string, n int) ([]byte, error) {
	if m := replies[method]; m != nil {
		return proto.Marshal(m)
	}
	return fmt.Append(nil, "paid", n), nil
}

// settle lets b take over what a drew in the sliver that both have run.
func settle(mode midasrt.Mode, a, b *midasrt.Op) error {
	if err := errors.Join(a.Err(), b.Err()); err != nil {
		return err
	}
	trace, drew, err := a.Trace()
	if err != nil || mode == midasrt.ModeVanilla {
		return err
	}
	a.Keep()
	if !drew {
		b.Keep()
		return nil
	}
	b.Undo()
	return b.Replay(trace)
}

// serve runs the n-th request at both replicas.
func serve(mode midasrt.Mode, n int, sa, sb *server) error {
	a, b := midasrt.NewOp("a", mode), midasrt.NewOp("b", mode)
	start := func(o *midasrt.Op, s *server) midasrt.Stop {
		o.Start(context.Background(), func(ctx context.Context) []byte { return fmt.Append(nil, s.handle(ctx, n)) })
		return o.Wait()
	}
	stop := start(a, sa)
	start(b, sb)
	for {
		if err := settle(mode, a, b); err != nil {
			return err
		}
		if stop.Done {
			if r := string(stop.Reply); r != "<nil>" {
				return errors.New(r)
			}
			return nil
		}
		c := stop.Calls[0]
		reply, err := reply(c.Method, n)
		if err != nil {
			return err
		}
		a.Resume(c.ID, reply)
		stop = a.Wait()
		b.Resume(c.ID, reply)
		b.Wait()
	}
}

func dump(s *server) ([]compensate.Leaf, error) {
	state := compensate.NewState()
	state.Add("front", s.front)
	state.Add("orders", s.orders)
	state.Add("stock", s.stock)
	state.Add("foo", s.foo)
	state.Add("eight", s.eight)
	state.Add("bound", s.bound)
	return state.Dump()
}

// compare prints how the states of the replicas differ.
func compare(name string, a, b *server, quiet bool) error {
	la, err := dump(a)
	if err != nil {
		return err
	}
	lb, err := dump(b)
	if err != nil {
		return err
	}
	diff := compensate.Diff(la, lb)
	fmt.Fprintln(os.Stdout, name, "equal:", len(diff) == 0, "leaves:", len(la) > 100)
	for i, d := range diff {
		if !quiet && i < 10 {
			fmt.Fprintln(os.Stdout, d)
		}
	}
	return nil
}

func active(name string, mode midasrt.Mode) error {
	a, b := newServer(), newServer()
	for n := range 300 {
		if err := serve(mode, n, a, b); err != nil {
			return fmt.Errorf("%s: request %d: %w", name, n, err)
		}
	}
	return compare(name, a, b, mode == midasrt.ModeVanilla)
}

func leader(name string, mode midasrt.Mode) error {
	a, b := newServer(), newServer()
	before := outside.rows
	for n := range 300 {
		err := lead(mode, n, a, b, func(s *server, ctx context.Context, n int) string { return fmt.Sprint(s.handle(ctx, n)) })
		if err != nil {
			return fmt.Errorf("%s: request %d: %w", name, n, err)
		}
	}
	for n := range 400 {
		if err := lead(mode, n, a, b, (*server).handleBound); err != nil {
			return fmt.Errorf("%s: bound request %d: %w", name, n, err)
		}
	}
	fmt.Fprintln(os.Stdout, name, "performed:", outside.rows-before)
	return compare(name, a, b, false)
}

func run(styles []string) error {
	midasrt.Activate()
	var err error
	if slices.Contains(styles, "active") {
		err = errors.Join(active("vanilla", midasrt.ModeVanilla), active("source", midasrt.ModeSource), active("cut", midasrt.ModeCut))
	}
	if slices.Contains(styles, "leader") {
		err = errors.Join(err, leader("record", midasrt.ModeRecord), leader("record at cuts", midasrt.ModeRecordCut))
	}
	return err
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		log.Fatal(err)
	}
}
