// Command bar serves the slides' tier 3.
package main

import (
	"flag"
	"log"
	"net"

	"google.golang.org/grpc"

	"github.com/midas-tiers/midas/examples/threetier/slides/slidespb"
	"github.com/midas-tiers/midas/examples/threetier/slides/tier3"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:7103", "address to serve at")
	flag.Parse()
	if err := run(*addr); err != nil {
		log.Fatalf("bar: %v", err)
	}
}

func run(addr string) error {
	lis, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	s := grpc.NewServer()
	slidespb.RegisterTier3Server(s, tier3.NewServer())
	log.Printf("bar serves at %s", lis.Addr())
	return s.Serve(lis)
}
