package tiers

import (
	"google.golang.org/grpc"
	"google.golang.org/grpc/resolver"
	"google.golang.org/grpc/resolver/manual"
)

// Failover returns a target, and the options to dial it with, that spreads calls over a tier's replicas and leaves out those that
// are down. Addresses are the members' service addresses.
func Failover(addrs ...string) (target string, opts []grpc.DialOption) {
	return failover("replicas", addrs)
}

// failover is Failover under a name, which is what servers see as the authority.
func failover(name string, addrs []string) (target string, opts []grpc.DialOption) {
	builder := manual.NewBuilderWithScheme("midas")
	var state resolver.State
	for _, a := range addrs {
		state.Addresses = append(state.Addresses, resolver.Address{Addr: a})
	}
	builder.InitialState(state)
	return "midas:///" + name, []grpc.DialOption{
		grpc.WithResolvers(builder),
		grpc.WithDefaultServiceConfig(`{"loadBalancingConfig":[{"round_robin":{}}]}`),
	}
}
