// Command stock serves the shop's warehouse.
package main

import (
	"flag"
	"log"
	"net"
	"strings"

	"google.golang.org/grpc"

	"github.com/midas-tiers/midas/examples/threetier/shoppb"
	"github.com/midas-tiers/midas/examples/threetier/warehouse"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:7003", "address to serve at")
	skus := flag.String("skus", "apple,bread,cheese,dates,eggs,figs,grapes,honey", "products, with commas between them")
	shelves := flag.String("shelves", "a1,a2,b1,b2", "shelves, with commas between them")
	units := flag.Int64("units", 100, "units of each product on each shelf")
	flag.Parse()
	if err := run(*addr, warehouse.NewServer(strings.Split(*skus, ","), strings.Split(*shelves, ","), *units)); err != nil {
		log.Fatalf("stock: %v", err)
	}
}

func run(addr string, srv *warehouse.Server) error {
	lis, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	s := grpc.NewServer()
	shoppb.RegisterStockServer(s, srv)
	log.Printf("stock serves at %s", lis.Addr())
	return s.Serve(lis)
}
