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
	// Client names the client in its operations' ids, together with the moment of its birth. It must never be used twice, restarts
	// included, and holds no slash. Empty means a random name.
	Client string
	// Attempt bounds one attempt, so that a replica that hangs is left for another. Zero means 2 s.
	Attempt time.Duration
	// Patience bounds the retries of a call whose context has no deadline. Zero means 30 s.
	Patience time.Duration
}

// ClientInterceptor gives each unary call an operation id and tries it again, under the same id, while the service is unavailable or
// an attempt takes too long. It may be used from any goroutine and for many connections, but toward the replicas of one tier only: the
// tier counts on seeing all of the client's operations. A client that a tier has forgotten, because many came after it, gets a new name
// by itself. Only a call that had been tried before then ends with ABORTED: whether it ran is not known.
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
	own := newSession(c.Client)
	return func(
		ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption,
	) error {
		if _, ok := ctx.Deadline(); !ok {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, c.Patience)
			defer cancel()
		}
		for {
			name, birth := own.name()
			seq, mark := own.begin()
			named := metadata.AppendToOutgoingContext(ctx,
				metaOpID, name+"/"+strconv.FormatUint(seq, 10), metaOpMark, strconv.FormatUint(mark, 10))
			var trailer metadata.MD
			tries, err := retry(named, c.Attempt, func(ctx context.Context) error {
				return invoke(ctx, method, req, reply, cc, append(opts[:len(opts):len(opts)], grpc.Trailer(&trailer))...)
			})
			own.done(seq)
			floor := floorOf(trailer)
			if status.Code(err) != codes.Aborted || floor == 0 || tries > 1 {
				return err
			}
			own.renew(birth, floor) // it has not run under the name that is forgotten: it was asked only once
		}
	}
}

// retry calls f until it succeeds, fails for good, or ctx ends, and returns how often it has.
func retry(ctx context.Context, attempt time.Duration, f func(context.Context) error) (tries int, err error) {
	const pauseMax = 200 * time.Millisecond
	pause := 5 * time.Millisecond
	for tries = 1; ; tries++ {
		once, cancel := context.WithTimeout(ctx, attempt)
		err = f(once)
		expired := ctx.Err() == nil && ended(once)
		cancel()
		code := status.Code(err)
		if code != codes.Unavailable && !(code == codes.DeadlineExceeded && expired) {
			return tries, err
		}
		select {
		case <-time.After(pause):
			pause = min(2*pause, pauseMax)
		case <-ctx.Done():
			return tries, err
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
