package verify

import (
	"context"
	"fmt"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/midas-tiers/midas/tiers"
)

// deathTime is how long it may take to see that a process has ended.
const deathTime = time.Second

// unfit is a method with which the run cannot go on.
type unfit struct{ method, why string }

func (u *unfit) Error() string { return u.method + " " + u.why }

// send sends a request and returns the reply, or the status with which the method failed. The other error ends the run; it is an *unfit if
// the method is to blame.
func (r *replica) send(ctx context.Context, q request) (*dynamicpb.Message, *status.Status, error) {
	conn, err := r.dialled.to(ctx, r.served(q))
	if err != nil {
		return nil, nil, err
	}
	inTime, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	md := metadata.MD{}
	for k, v := range q.metadata {
		md.Append(k, v)
	}
	reply := dynamicpb.NewMessage(q.method.output)
	err = conn.Invoke(metadata.NewOutgoingContext(inTime, md), q.method.Name, q.message, reply)
	switch {
	case ctx.Err() != nil:
		return nil, nil, context.Cause(ctx)
	case inTime.Err() != nil:
		return nil, nil, &unfit{q.method.Name, fmt.Sprintf("does not answer within %v", r.patience)}
	case status.Code(err) == codes.Unavailable && r.dies():
		return nil, nil, &unfit{q.method.Name, fmt.Sprintf("ends the program: %v", r.cause())}
	case err != nil:
		return nil, status.Convert(err), nil
	}
	return reply, nil, nil
}

// served is the request's method as this copy serves it: its address may be another.
func (r *replica) served(q request) tiers.Served {
	for _, m := range r.parts[q.method.part].serves.Methods {
		if m.Name == q.method.Name {
			return m
		}
	}
	return q.method.Served
}

// dies reports whether the process ends now.
func (r *replica) dies() bool {
	select {
	case <-r.ended:
		return true
	case <-time.After(deathTime):
		return false
	}
}

// tally is what came of a method's requests.
type tally struct {
	sent, ok int
	failure  *status.Status // the first one
	nested   *status.Status // the first one that says that a nested call found nobody
}

func (t *tally) count(failure *status.Status) {
	t.sent++
	switch {
	case failure == nil:
		t.ok++
		return
	case t.failure == nil:
		t.failure = failure
	}
	if t.nested == nil && strings.Contains(failure.Message(), noTier) {
		t.nested = failure
	}
}

// noTier is what a replica says of a nested call to what is none of its tiers.
const noTier = "is not a tier of this system"

// oneLine is a status on one line.
func oneLine(s *status.Status) string {
	text, _, _ := strings.Cut(s.Message(), "\n")
	return fmt.Sprintf("%v: %s", s.Code(), text)
}
