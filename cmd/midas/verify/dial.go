package verify

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/midas-tiers/midas/tiers"
)

// dialTime is how long a server may take to answer for the first time.
const dialTime = 5 * time.Second

// connections to the servers of a copy, by target.
type connections struct {
	mu   sync.Mutex
	conn map[string]*grpc.ClientConn
}

// to returns a connection to where m is served.
func (c *connections) to(ctx context.Context, m tiers.Served) (*grpc.ClientConn, error) {
	target, err := target(m)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if conn := c.conn[target]; conn != nil {
		return conn, nil
	}
	plain, secret := insecure.NewCredentials(), credentials.NewTLS(&tls.Config{InsecureSkipVerify: true}) // a copy of ours, on this machine
	for _, creds := range []credentials.TransportCredentials{plain, secret} {
		conn, e := grpc.NewClient(target, grpc.WithTransportCredentials(creds))
		if e != nil {
			return nil, e
		}
		if err = greet(ctx, conn); err == nil {
			if c.conn == nil {
				c.conn = make(map[string]*grpc.ClientConn)
			}
			c.conn[target] = conn
			return conn, nil
		}
		conn.Close()
	}
	return nil, fmt.Errorf("the server at %s answers neither in the clear nor by TLS: %w", m.Addr, err)
}

// greet calls a method that nobody has: any answer will do.
func greet(ctx context.Context, conn *grpc.ClientConn) error {
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	err := conn.Invoke(ctx, "/midas.Verify/Greet", &emptypb.Empty{}, &emptypb.Empty{})
	if c := status.Code(err); c == codes.Unavailable || c == codes.DeadlineExceeded || c == codes.Canceled {
		return err
	}
	return nil
}

// target is where to dial for m.
func target(m tiers.Served) (string, error) {
	switch m.Network {
	case "unix":
		return "unix:" + m.Addr, nil
	case "tcp", "tcp4", "tcp6":
		host, port, err := net.SplitHostPort(m.Addr)
		if err != nil {
			return "", fmt.Errorf("%s is served at %s: %w", m.Name, m.Addr, err)
		}
		if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
			host = "localhost"
		}
		return "dns:///" + net.JoinHostPort(host, port), nil
	}
	return "", fmt.Errorf("%s is served at a %q listener: only tcp and unix can be dialled", m.Name, m.Network)
}

func (c *connections) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.conn {
		conn.Close()
	}
}
