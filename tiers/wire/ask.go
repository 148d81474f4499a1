package wire

import (
	"context"
	"fmt"
	"net"
)

// Ask sends one frame to the replica at addr from outside the tiers and returns the first frame that comes back.
func Ask(ctx context.Context, addr string, f *Frame) (*Frame, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", addr, err)
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	if _, err := conn.Write([]byte{preambleFrame}); err != nil {
		return nil, fmt.Errorf("ask %s: %w", addr, err)
	}
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
