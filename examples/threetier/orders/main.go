// Command orders serves the shop's order book.
package main

import (
	"flag"
	"log"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/midas-tiers/midas/examples/threetier/ordering"
	"github.com/midas-tiers/midas/examples/threetier/shoppb"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:7002", "address to serve at")
	stock := flag.String("stock", "127.0.0.1:7003", "target of the stock service")
	flag.Parse()
	if err := run(*addr, *stock); err != nil {
		log.Fatalf("orders: %v", err)
	}
}

func run(addr, stock string) error {
	conn, err := grpc.NewClient(stock, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer conn.Close()
	lis, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	s := grpc.NewServer()
	shoppb.RegisterOrdersServer(s, ordering.NewServer(shoppb.NewStockClient(conn)))
	log.Printf("orders serves at %s", lis.Addr())
	return s.Serve(lis)
}
