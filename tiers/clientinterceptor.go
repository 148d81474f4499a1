package tiers

import (
	"context"
	"crypto/rand"
	"fmt"
	"strconv"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// Metadata that makes a request the same operation at every replica and for every retry.
const (
	metaOpID   = "midas-op-id"   // "CLIENT/SEQ"
	metaOpMark = "midas-op-mark" // every lower SEQ is answered and will not be asked again
)

// ClientConfig describes a client outside the tiers. The zero value is usable.
type ClientConfig struct {
	// Client names the client in its operations' ids. It must never be used twice, restarts included, and holds no slash. Empty
	// means a random name.
	Client string
	// Attempt bounds one attempt, so that a replica that hangs is left for another. Zero means 2 s.
	Attempt time.Duration
	// Patience bounds the retries of a call whose context has no deadline. Zero means 30 s.
	Patience time.Duration
}

// ClientInterceptor gives each unary call an operation id and tries it again, under the same id, while the service is unavailable or
// an attempt takes too long. It may be used from any goroutine and for many connections, but toward the replicas of one tier only: the
// tier counts on seeing all of the client's operations.
func ClientInterceptor(c ClientConfig) grpc.UnaryClientInterceptor {
	if c.Client == "" {
		c.Client = randomName()
	}
	if c.Attempt == 0 {
		c.Attempt = 2 * time.Second
	}
	if c.Patience == 0 {
		c.Patience = 30 * time.Second
	}
	var m marks
	return func(
		ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption,
	) error {
		if _, ok := ctx.Deadline(); !ok {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, c.Patience)
			defer cancel()
		}
		seq, mark := m.begin()
		defer m.done(seq)
		ctx = metadata.AppendToOutgoingContext(ctx,
			metaOpID, c.Client+"/"+strconv.FormatUint(seq, 10), metaOpMark, strconv.FormatUint(mark, 10))
		return retry(ctx, c.Attempt, func(ctx context.Context) error {
			return invoke(ctx, method, req, reply, cc, opts...)
		})
	}
}

// retry calls f until it succeeds, fails for good, or ctx ends.
func retry(ctx context.Context, attempt time.Duration, f func(context.Context) error) error {
	const pauseMax = 200 * time.Millisecond
	pause := 5 * time.Millisecond
	for {
		once, cancel := context.WithTimeout(ctx, attempt)
		err := f(once)
		expired := ctx.Err() == nil && ended(once)
		cancel()
		code := status.Code(err)
		if code != codes.Unavailable && !(code == codes.DeadlineExceeded && expired) {
			return err
		}
		select {
		case <-time.After(pause):
			pause = min(2*pause, pauseMax)
		case <-ctx.Done():
			return err
		}
	}
}

// ended says that the attempt's time is up, by the replica's clock too: its deadline can strike there before it does here.
func ended(attempt context.Context) bool {
	deadline, _ := attempt.Deadline()
	return attempt.Err() != nil || time.Until(deadline) < 50*time.Millisecond
}

func randomName() string {
	var b [12]byte
	rand.Read(b[:]) // never fails
	return fmt.Sprintf("%x", b)
}
