package tiers

import (
	"context"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/midas-tiers/midas/tiers/core"
	"github.com/midas-tiers/midas/tiers/wire"
)

func TestIdentify(t *testing.T) {
	for given, good := range map[string]bool{
		"C/1": true, "C/18446744073709551615": true, "a b/7": true,
		"": false, "C": false, "C/": false, "/1": false, "C/0": false, "C/01": false, "C/+1": false, "C/-1": false, "C/1 ": false,
		"C/1/2": false, "C/0x1": false, "C/18446744073709551616": false,
	} {
		id, _, err := identify("a", given, nil)
		if good && (err != nil || id != core.OpID("a:"+given)) || !good && status.Code(err) != codes.InvalidArgument {
			t.Errorf("%q: got %q and %v, want it taken: %v", given, id, err, good)
		}
	}
}

// An op id that was given to another request gets no reply but an error, before and after the operation's end.
func TestOpIDOfAnotherRequest(t *testing.T) {
	eachStyle(t, func(t *testing.T, a arm) {
		s := newSystem(t, slides, a, nil)
		s.startAll()
		at := wire.ID{Tier: "tier2", Replica: 1}
		request, err := marshal(&number{Value: 4})
		if err != nil {
			t.Fatal(err)
		}
		ask := func(method string, request []byte) codes.Code {
			w := make(waiter, 1)
			s.nodes[at].admit(&core.ClientRequest{Op: "c/1", Method: method, Request: request, Technique: s.place.Technique}, w)
			for range patience {
				select {
				case a := <-w:
					_, err := deliver(context.Background(), a.Payload, question(method, request))
					return status.Code(err)
				default:
					s.tick(1)
				}
			}
			t.Fatal("no reply")
			return 0
		}
		first := s.send(at, "c/1", fooMethod, 4)
		for _, when := range []string{"under way", "ended"} {
			for _, c := range []struct {
				name, method string
				request      []byte
				want         codes.Code
			}{
				{"same", fooMethod, request, codes.OK},
				{"other method", pureMethod, request, codes.InvalidArgument},
				{"other request", fooMethod, nil, codes.InvalidArgument},
			} {
				if got := ask(c.method, c.request); got != c.want {
					t.Errorf("%s, %s: got %v, want %v", when, c.name, got, c.want)
				}
			}
		}
		s.await(first)
	})
}
