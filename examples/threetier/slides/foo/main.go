// Command foo serves the slides' tier 2.
package main

import (
	"flag"
	"log"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/midas-tiers/midas/examples/threetier/slides/slidespb"
	"github.com/midas-tiers/midas/examples/threetier/slides/tier2"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:7102", "address to serve at")
	bar := flag.String("bar", "127.0.0.1:7103", "target of tier 3")
	flag.Parse()
	if err := run(*addr, *bar); err != nil {
		log.Fatalf("foo: %v", err)
	}
}

func run(addr, bar string) error {
	conn, err := grpc.NewClient(bar, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer conn.Close()
	lis, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	s := grpc.NewServer()
	slidespb.RegisterTier2Server(s, tier2.NewServer(slidespb.NewTier3Client(conn)))
	log.Printf("foo serves at %s", lis.Addr())
	return s.Serve(lis)
}
