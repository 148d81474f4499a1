// Command front serves the shop's store front.
package main

import (
	"flag"
	"log"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/midas-tiers/midas/examples/threetier/shoppb"
	"github.com/midas-tiers/midas/examples/threetier/storefront"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:7001", "address to serve at")
	orders := flag.String("orders", "127.0.0.1:7002", "target of the orders service")
	flag.Parse()
	if err := run(*addr, *orders); err != nil {
		log.Fatalf("front: %v", err)
	}
}

func run(addr, orders string) error {
	conn, err := grpc.NewClient(orders, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer conn.Close()
	lis, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	s := grpc.NewServer()
	shoppb.RegisterFrontServer(s, storefront.NewServer(shoppb.NewOrdersClient(conn)))
	log.Printf("front serves at %s", lis.Addr())
	return s.Serve(lis)
}
