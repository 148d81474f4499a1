package tiers

import (
	"fmt"
	"net"
	"os"
	"sync"

	"google.golang.org/grpc"

	midasrt "github.com/midas-tiers/midas/runtime"
)

// process is what this process is: one replica, nil without a place. It is one per process as the environment is.
var process = sync.OnceValues(func() (*replica, error) {
	text := os.Getenv(PlaceVariable)
	if text == "" {
		return nil, nil
	}
	p, err := ParsePlace(text)
	if err != nil {
		return nil, err
	}
	midasrt.Activate()
	return newReplica(p), nil
})

// NewServer is grpc.NewServer. A place that cannot be read is reported by [Serve].
func NewServer(opts ...grpc.ServerOption) *grpc.Server {
	process()
	return grpc.NewServer(opts...)
}

// Registrar returns what services are registered with in place of s. In a replica, the services that analysis has treated are
// replicated; others, such as health and reflection, are served by this process alone.
func Registrar(s *grpc.Server) grpc.ServiceRegistrar {
	r, err := process()
	if r == nil || err != nil {
		return s
	}
	return registrar{server: s, replica: r}
}

type registrar struct {
	server  *grpc.Server
	replica *replica
}

func (r registrar) RegisterService(d *grpc.ServiceDesc, impl any) {
	s := r.replica.services
	if s.replicates(d) {
		d = s.add(r.server, d, impl, &r.replica.edge)
	}
	r.server.RegisterService(d, impl)
}

// Serve is s.Serve(lis). In a replica, everything is registered and constructed when it is first called: the replica joins its group
// and takes requests at once, which wait for the group. Serve returns, the server stopped, when the replica may not take part: its
// place cannot be read, its peer port is in use, its data folder is another's, its group refuses it.
func Serve(s *grpc.Server, lis net.Listener) error {
	r, err := process()
	if err != nil {
		lis.Close()
		return err
	}
	if r == nil {
		return s.Serve(lis)
	}
	return r.serve(s, lis)
}

func (r *replica) serve(s *grpc.Server, lis net.Listener) error {
	if len(r.services.table) == 0 {
		lis.Close()
		return fmt.Errorf("replica %s: the program has no table of methods: it was not built by midas", r.place.self())
	}
	if !r.services.on(s) {
		return s.Serve(lis)
	}
	r.services.address(s, lis.Addr())
	if err := r.join(); err != nil {
		lis.Close()
		return fmt.Errorf("replica %s: %w", r.place.self(), err)
	}
	r.serving.Add(1)
	served := make(chan struct{})
	go func() {
		select {
		case <-r.node.done:
			s.Stop()
		case <-served:
		}
	}()
	err := s.Serve(lis)
	close(served)
	if r.serving.Add(-1) > 0 { // another server of this process goes on
		return err
	}
	fault := r.node.close()
	r.folder.close()
	if fault != nil {
		return fmt.Errorf("replica %s: %w", r.place.self(), fault)
	}
	return err
}
