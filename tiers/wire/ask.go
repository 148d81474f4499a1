package wire

import (
	"context"
	"fmt"
	"net"
)

// Tell sends one frame to the replica at addr, which need not be where the link looks for it.
func Tell(ctx context.Context, addr string, f *Frame) error {
	conn, err := dial(ctx, addr)
	if err != nil {
		return fmt.Errorf("tell %s: %w", addr, err)
	}
	defer conn.Close()
	if deadline, ok := ctx.Deadline(); ok {
		conn.SetDeadline(deadline)
	}
	if err := writeFrame(conn, f); err != nil {
		return fmt.Errorf("tell %s: %w", addr, err)
	}
	return nil
}

// dial opens a connection for frames.
func dial(ctx context.Context, addr string) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Write([]byte{preambleFrame}); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// Ask sends one frame to the replica at addr from outside the tiers and returns the first frame that comes back.
func Ask(ctx context.Context, addr string, f *Frame) (*Frame, error) {
	conn, err := dial(ctx, addr)
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", addr, err)
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	if err := writeFrame(conn, f); err != nil {
		return nil, fmt.Errorf("ask %s: %w", addr, err)
	}
	answer, err := readFrame(conn)
	if err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return nil, fmt.Errorf("ask %s: %w", addr, err)
	}
	return answer, nil
}
