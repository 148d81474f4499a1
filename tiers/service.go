package tiers

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"reflect"
	"strings"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/midas-tiers/midas/compensate"
	midasrt "github.com/midas-tiers/midas/runtime"
)

// method is one replicated method of a registered service.
type method struct {
	name   string // full
	handle func(srv any, ctx context.Context, dec func(any) error, chain grpc.UnaryServerInterceptor) (any, error)
	impl   any
	server *grpc.Server                // nil in tests
	chain  grpc.UnaryServerInterceptor // the server's interceptors, known once it serves

	refused string // why it must not run, "" if it may
	reads   bool   // it does nothing but read
}

// services is what the program registered. It is filled before the replica joins and constant afterwards.
type services struct {
	table   map[string]midasrt.Method
	methods map[string]*method
	impls   []any
	names   []string                // of the services
	streams map[string]*grpc.Server // full names of the streaming methods, and who serves them

	lock  sync.Mutex
	addrs map[*grpc.Server]net.Addr // where they serve
}

func newServices(table map[string]midasrt.Method) *services {
	return &services{table: table, methods: make(map[string]*method), streams: make(map[string]*grpc.Server)}
}

// replicates says whether analysis has treated the service.
func (s *services) replicates(d *grpc.ServiceDesc) bool {
	for _, m := range d.Methods {
		if _, ok := s.table["/"+d.ServiceName+"/"+m.MethodName]; ok {
			return true
		}
	}
	return false
}

// on says whether the server has a replicated method.
func (s *services) on(server *grpc.Server) bool {
	for _, m := range s.methods {
		if m.server == server {
			return true
		}
	}
	return false
}

// add notes a service and returns the description to register in its place, whose methods lead to the edge.
func (s *services) add(server *grpc.Server, d *grpc.ServiceDesc, impl any, e *edge) *grpc.ServiceDesc {
	s.impls, s.names = append(s.impls, impl), append(s.names, d.ServiceName)
	edged := *d
	edged.Methods, edged.Streams = nil, nil
	for _, md := range d.Methods {
		m := &method{name: "/" + d.ServiceName + "/" + md.MethodName, handle: md.Handler, impl: impl, server: server}
		m.refused, m.reads = s.refusal(m.name), s.table[m.name].ReadOnly
		s.methods[m.name] = m
		edged.Methods = append(edged.Methods, grpc.MethodDesc{MethodName: md.MethodName, Handler: e.handler(m)})
	}
	for _, sd := range d.Streams {
		name := "/" + d.ServiceName + "/" + sd.StreamName
		sd.Handler = func(any, grpc.ServerStream) error {
			return status.Errorf(codes.FailedPrecondition, "midas: %s: streaming methods are not replicated", name)
		}
		s.streams[name] = server
		edged.Streams = append(edged.Streams, sd)
	}
	return &edged
}

// refusal says why a method must not run at a replica: what it draws would go unrecorded and the replicas apart.
func (s *services) refusal(name string) string {
	m, ok := s.table[name]
	if !ok {
		return "analysis has not seen it"
	}
	return m.Refused
}

// state returns the persistent state: the implementations and the package-level variables of the service's own code.
func (s *services) state() *compensate.State {
	state := compensate.NewState()
	names := make(map[string]int)
	for _, impl := range s.impls {
		name := strings.TrimLeft(fmt.Sprintf("%T", impl), "*")
		if names[name]++; names[name] > 1 {
			name = fmt.Sprintf("%s#%d", name, names[name])
		}
		state.Add(name, addressable(impl))
	}
	for _, g := range midasrt.RegisteredGlobals() {
		state.Add(g.Name, g.Ptr)
	}
	return state
}

// addressable returns the implementation as a root of the state: what a service that is registered by value can change lies behind
// its pointers and maps, which a copy shares.
func addressable(impl any) any {
	v := reflect.ValueOf(impl)
	if v.Kind() == reflect.Pointer {
		return impl
	}
	root := reflect.New(v.Type())
	root.Elem().Set(v)
	return root.Interface()
}

type probeKey struct{}

// learnChains finds out every server's interceptors, which grpc gives to a method's handler and to nobody else: a request that ends
// in the edge, before any interceptor runs, takes them along.
func (s *services) learnChains() error {
	known := make(map[*grpc.Server]grpc.UnaryServerInterceptor)
	for _, m := range s.methods {
		chain, ok := known[m.server]
		if !ok {
			var err error
			if chain, err = chainOf(m); err != nil {
				return err
			}
			known[m.server] = chain
		}
		m.chain = chain
	}
	return nil
}

func chainOf(m *method) (grpc.UnaryServerInterceptor, error) {
	var found *grpc.UnaryServerInterceptor
	probe := func(chain grpc.UnaryServerInterceptor) { found = &chain }
	ctx := context.WithValue(context.Background(), probeKey{}, probe)
	empty := strings.NewReader("\x00\x00\x00\x00\x00") // one message without bytes
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://midas"+m.name, empty)
	if err != nil {
		return nil, fmt.Errorf("learn the interceptors before %s: %w", m.name, err)
	}
	r.ProtoMajor, r.Proto = 2, "HTTP/2.0"
	r.Header.Set("Content-Type", "application/grpc")
	m.server.ServeHTTP(discard{}, r)
	if found == nil {
		return nil, fmt.Errorf("learn the interceptors before %s: the server did not pass the request on", m.name)
	}
	return *found, nil
}

// discard is an http.ResponseWriter that nobody reads.
type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}
func (discard) Flush()                      {}
