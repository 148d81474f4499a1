package verify

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/midas-tiers/midas/compensate"
	"github.com/midas-tiers/midas/tiers"
)

// original is what the first copy came to.
type original struct {
	images [][]tiers.Image // by tier, before the first request and after each
	values [][]compensate.Located
	kept   int // bytes of images
}

// maxKept is how many bytes of images are kept, in memory.
const maxKept = 1 << 30

// notCarried says that a copy cannot be put into another's state.
type notCarried struct{ err error }

func (n *notCarried) Error() string {
	return fmt.Sprintf("the state cannot be carried from one copy to another (%v)", n.err)
}

// first drives the first copy, and fixes the requests.
func (r *run) first(ctx context.Context) error {
	one, err := r.start(ctx, "GOMAXPROCS=1")
	defer one.stop()
	if err != nil {
		return err
	}
	next, n, err := r.plan(ctx, one)
	if err != nil {
		return err
	}
	fmt.Fprintf(r.Log, "midas: %s, %d times\n", plural(n, "request"), r.Rounds+2)
	if err := r.keep(ctx, one); err != nil {
		return err
	}
	for i := range n {
		q := next(i)
		reply, failure, err := one.send(ctx, q)
		if err != nil {
			return err
		}
		r.requests = append(r.requests, q)
		r.learn(q, reply, failure)
		if err := r.keep(ctx, one); err != nil {
			return err
		}
		if r.original.kept > maxKept {
			r.notes = append(r.notes, fmt.Sprintf("the state is large: the run ended after request %d of %d", i+1, n))
			break
		}
	}
	r.original.values, err = one.values(ctx)
	return err
}

// plan says what to send: the i-th request, and how many there are.
func (r *run) plan(ctx context.Context, one *replica) (next func(i int) request, n int, err error) {
	if r.contract, err = newContract(one.descriptions()...); err != nil {
		return nil, 0, err
	}
	methods := r.contract.driven(r.left)
	if len(methods) == 0 {
		return nil, 0, fmt.Errorf("no method can be driven: %w", r.contract.obstacle(r.left))
	}
	if r.File == "" {
		initial, err := one.values(ctx)
		if err != nil {
			return nil, 0, err
		}
		r.generator = newGenerator(r.Seed, slices.Concat(initial...))
		return func(i int) request {
			m, msg := r.generator.next(i, methods)
			return request{m, msg, maps.Clone(r.Metadata)}
		}, r.Requests, nil
	}
	all, err := r.contract.readRequests(r.File)
	if err != nil {
		return nil, 0, err
	}
	var fit []request
	for _, q := range all {
		if r.left[q.method.Name] == "" {
			fit = append(fit, q)
		}
	}
	return func(i int) request { return fit[i] }, len(fit), nil
}

// learn takes in what came of a request to the first copy.
func (r *run) learn(q request, reply *dynamicpb.Message, failure *status.Status) {
	t := r.tallies[q.method.Name]
	if t == nil {
		t = &tally{}
		r.tallies[q.method.Name] = t
	}
	t.count(failure)
	if failure == nil && r.generator != nil {
		r.generator.learn(reply)
	}
}

// keep notes the first copy's state.
func (r *run) keep(ctx context.Context, one *replica) error {
	i, err := one.image(ctx)
	if err != nil {
		return err
	}
	if n := len(r.original.images); n > 0 && equal(r.original.images[n-1], i) {
		i = r.original.images[n-1]
	} else {
		for _, part := range i {
			r.original.kept += len(part.Encoded)
		}
	}
	r.original.images = append(r.original.images, i)
	return nil
}

// apart drives the second copy, which starts each request in the state in which the first one did.
func (r *run) apart(ctx context.Context) error {
	two, err := r.start(ctx)
	defer two.stop()
	if err != nil {
		return err
	}
	if err := r.equalise(ctx, two, 0); err != nil {
		return err
	}
	for range r.Rounds {
		if err := r.round(ctx, two); err != nil {
			return err
		}
		if err := two.adopt(ctx, r.original.images[0]); err != nil {
			return &notCarried{err}
		}
	}
	return nil
}

// round has the copy execute all requests.
func (r *run) round(ctx context.Context, two *replica) error {
	for i, q := range r.requests {
		if _, _, err := two.send(ctx, q); err != nil {
			return err
		}
		if err := r.equalise(ctx, two, i+1); err != nil {
			return err
		}
	}
	return nil
}

// equalise notes how the copy's state differs from that of the first one after the given number of requests, and puts the copy into that.
func (r *run) equalise(ctx context.Context, two *replica, number int) error {
	want := r.original.images[number]
	have, err := two.image(ctx)
	if err != nil || equal(have, want) {
		return err
	}
	b, err := two.values(ctx)
	if err != nil {
		return err
	}
	if err := two.adopt(ctx, want); err != nil {
		return &notCarried{err}
	}
	if have, err = two.image(ctx); err != nil {
		return err
	}
	if !equal(have, want) {
		return &notCarried{errors.New("it arrives as another one")}
	}
	a, err := two.values(ctx)
	if err != nil {
		return err
	}
	method := ""
	if number > 0 {
		method = r.requests[number-1].method.Name
	}
	r.compare(a, b, origin{method: method, request: number})
	return nil
}

// drift drives a third copy without putting it right, and compares at the end.
func (r *run) drift(ctx context.Context) error {
	three, err := r.start(ctx)
	defer three.stop()
	if err != nil {
		return err
	}
	for _, q := range r.requests {
		if _, _, err := three.send(ctx, q); err != nil {
			return err
		}
	}
	have, err := three.image(ctx)
	if err != nil || equal(have, r.original.images[len(r.requests)]) {
		return err
	}
	b, err := three.values(ctx)
	if err != nil {
		return err
	}
	r.compare(r.original.values, b, origin{request: -1})
	return nil
}

// compare notes the differences of two states that are not equal.
func (r *run) compare(a, b [][]compensate.Located, at origin) {
	n := 0
	for i, name := range r.Topology.Names() {
		for _, d := range differences(a[i], b[i]) {
			at.main = r.Mains[name]
			r.found.add(d, at)
			n++
		}
	}
	if n == 0 { // the digest knows better than the values
		r.notes = append(r.notes, fmt.Sprintf("after request %d the states differ at a path that is not known", at.request))
	}
}
