package up

import (
	"errors"
	"fmt"
	"net"
	"syscall"

	"github.com/midas-tiers/midas/analysis/topology"
)

// TakePorts sees that every port of t is free, and gives those that are 0 a number in t. Another program may still take a port before
// the replica does; then the replica says so.
func TakePorts(t *topology.Topology) error {
	var held []net.Listener // all at once, so that none is given twice
	defer func() {
		for _, lis := range held {
			lis.Close()
		}
	}()
	for _, name := range t.Names() {
		replicas := t.Tiers[name].Replicas
		for i := range replicas {
			for _, addr := range []*string{&replicas[i].Addr, &replicas[i].Peer} {
				lis, err := net.Listen("tcp", *addr)
				if errors.Is(err, syscall.EADDRINUSE) {
					return fmt.Errorf("%s/%d: address %s is in use", name, i+1, *addr)
				}
				if err != nil {
					return fmt.Errorf("%s/%d: %w", name, i+1, err)
				}
				held = append(held, lis)
				*addr = lis.Addr().String()
			}
		}
	}
	return nil
}
