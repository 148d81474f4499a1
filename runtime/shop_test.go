package midasrt

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"time"
)

// shop is a service as the rewriter leaves it. Its handlers hold the forms that matter: contaminated values, locations and occurrences, a
// killing write, helpers, early returns, library containers, nested calls in loops, and goroutines.
type shop struct {
	rng *rand.Rand // first-hand nondeterminism: differs between replicas and is no state

	mu       sync.Mutex
	a, b     int64
	c, d     int64
	calls    int
	byID     map[string]*order
	byUser   map[string][]*order
	cust     map[string]*customer
	accts    []*account
	heads    int
	tails    int
	mode     string
	total    int
	audit    []auditLine
	tokens   map[string]bool
	sessions sync.Map
	lru      *list.List
	lruIdx   map[string]*list.Element
	ships    map[string][]string
	slots    [4]string
	done     []int
	first    string
}

type order struct {
	ID      string
	Items   []string
	Created time.Time
	Seq     int
	Cust    *customer
}

type customer struct {
	Name  string
	Last  *order
	Count int
}

type account struct {
	Bal  int
	Hist []int
	Cnt  [4]int
}

type auditLine struct {
	token  string
	failed bool
}

type request struct {
	user  string
	items []string
	n     int
}

func newShop(seed uint64) *shop {
	s := &shop{
		rng: rand.New(rand.NewPCG(seed, 7)), byID: map[string]*order{}, byUser: map[string][]*order{}, cust: map[string]*customer{},
		tokens: map[string]bool{}, lru: list.New(), lruIdx: map[string]*list.Element{}, ships: map[string][]string{},
	}
	for _, u := range []string{"ann", "bob", "eve"} {
		s.cust[u] = &customer{Name: u}
	}
	for range 5 {
		s.accts = append(s.accts, &account{Hist: make([]int, 0, 3)})
	}
	return s
}

var shopSites = Sites("example.com/shop", "shop.newID random 0 shop.go:1", "shop.now time 0 shop.go:2", "shop.intn random 0 shop.go:3",
	"shop.foo random 0 shop.go:4", "shop.foo cut 0 shop.go:5", "shop.place cut 0 shop.go:6", "shop.spread cut 0 shop.go:7",
	"shop.session cut 0 shop.go:8")

func (s *shop) newID() string {
	return Rec(shopSites[0], func() string { return strconv.FormatUint(s.rng.Uint64(), 36) })
}

func (s *shop) now() time.Time {
	return Rec(shopSites[1], func() time.Time { return time.Now().Add(time.Duration(s.rng.IntN(1e9))) })
}

func (s *shop) intn(n int) int { return Rec(shopSites[2], func() int { return s.rng.IntN(n) }) }

// call issues a nested request, as a client interceptor would.
func call(ctx context.Context, request string) (string, error) {
	defer Enter(ctx)()
	reply, err := FromContext(ctx).Park(&Call{Tier: "next", Method: "/next/Do", Request: []byte(request)})
	return string(reply), err
}

// foo is the slides' tier 2: a = random(); b = a + 5; bar(); c = gettimeofday(); d = c * 60.
func (s *shop) foo(ctx context.Context, _ *request) (string, error) {
	Do(func() { *P(&s.a) = Cut(shopSites[4], func() int64 { return Rec(shopSites[3], s.rng.Int64) }) })
	Do(func() { *P(&s.b) = s.a + 5 })
	if _, err := call(ctx, "bar"); err != nil {
		return "", err
	}
	Do(func() { *P(&s.c) = s.now().UnixNano() })
	Do(func() { *P(&s.d) = s.c * 60 })
	return "", nil
}

// place has all of a location, values, an append behind a map key and an object that is not reachable yet.
func (s *shop) place(_ context.Context, in *request) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	seq := s.calls
	c := s.cust[in.user]
	var o *order
	Do(func() {
		*P(&o) = &order{
			ID: Cut(shopSites[5], func() string { return "o-" + s.newID() }), Items: slices.Clone(in.items), Created: s.now(), Seq: seq,
		}
	})
	Do(func() { *P(&o.Cust) = c })
	Do(func() { *P(&c.Last) = o })
	c.Count++
	Do(func() { Key(s.byID, o.ID); s.byID[o.ID] = o })
	Do(func() { Key(s.byUser, in.user); s.byUser[in.user] = Append(s.byUser[in.user], o) })
	var reply string
	Do(func() { *P(&reply) = o.ID })
	return reply, nil
}

// toss has a contaminated occurrence, and a deterministic write that kills a contaminated one.
func (s *shop) toss(_ context.Context, in *request) (string, error) {
	Do(func() {
		if s.intn(2) == 0 {
			Live(s.mu.Lock)
			*P(&s.heads)++
			*P(&s.mode) = "heads"
			Live(s.mu.Unlock)
		} else {
			*P(&s.tails)++
		}
	})
	if in.n%3 == 0 {
		Do(func() { *P(&s.mode) = "fixed" })
	}
	return "", nil
}

func (a *account) deposit(n int) {
	*P(&a.Bal) += n
	*P(&a.Hist) = Append(a.Hist, n)
}

// spread writes at a contaminated index, through a helper, a function value, a swap and a library call.
func (s *shop) spread(_ context.Context, in *request) (string, error) {
	var r int
	Do(func() { *P(&r) = s.intn(100) })
	Do(func() { s.accts[Cut(shopSites[6], func() int { return r % len(s.accts) })].deposit(in.n) })
	k := in.n % 4
	Do(func() { *P(&s.accts[r%len(s.accts)].Cnt[k])++ })
	var f func(int)
	Do(func() { a := s.accts[r%len(s.accts)]; *P(&f) = func(n int) { a.deposit(n) } })
	Do(func() { f(1) })
	j := in.n % len(s.accts)
	Do(func() {
		i := r % len(s.accts)
		p, q := P(&s.accts[i].Cnt[0]), P(&s.accts[j].Cnt[1])
		*p, *q = *q, *p
	})
	Do(func() { Deep(s.accts[j].Hist); slices.Sort(s.accts[j].Hist) })
	Do(func() { Copy(s.accts[j].Hist, []int{r}) })
	return "", nil
}

// session returns early under a contaminated branch, and has deferred writes.
func (s *shop) session(_ context.Context, in *request) (reply string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var tok string
	Do(func() { *P(&tok) = Cut(shopSites[7], func() string { return s.newID() + "/" + s.newID() }) })
	defer func() {
		Do(func() { *P(&s.audit) = Append(s.audit, auditLine{tok, err != nil}) })
	}()
	Do(func() { Key(s.tokens, tok); s.tokens[tok] = true })
	defer func() { Do(func() { Key(s.tokens, tok); s.tokens[tok] = false }) }()
	s.total++
	Do(func() {
		*P(&reply), *P(&err) = "", nil
		if s.intn(4) == 0 {
			*P(&err) = errors.New("unlucky")
			return
		}
		*P(&s.total) += 2
		*P(&reply) = tok
		if len(s.tokens) > 20 {
			Clear(s.tokens)
		}
	})
	return reply, err
}

// cache uses containers of the library.
func (s *shop) cache(_ context.Context, in *request) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var id string
	Do(func() { *P(&id) = s.newID() })
	Do(func() { Deep(&s.sessions); s.sessions.Store(id[:2], in.user) })
	Do(func() { Deep(s.lru); Key(s.lruIdx, id); s.lruIdx[id] = s.lru.PushFront(id) })
	if s.lru.Len() > 3 {
		Do(func() {
			Deep(s.lru)
			b := s.lru.Back()
			s.lru.Remove(b)
			Delete(s.lruIdx, b.Value.(string))
		})
	}
	Do(func() { *P(&s.first) = Keys(s.lruIdx)[0] })
	return id, nil
}

func (s *shop) ship(ctx context.Context, item string, out *string) error {
	var track string
	Do(func() { *P(&track) = item + "-" + s.newID() })
	reply, err := call(ctx, track)
	if err != nil {
		return err
	}
	Do(func() { *P(out) = track + "/" + reply })
	return nil
}

// shipAll issues a nested call per item, so that slivers end and begin in a helper inside a loop.
func (s *shop) shipAll(ctx context.Context, in *request) (string, error) {
	var out []string
	var oid string
	Do(func() { *P(&oid) = s.newID() })
	for _, it := range in.items {
		p := new(string)
		if err := s.ship(ctx, it, p); err != nil {
			return "", err
		}
		Do(func() { Key(s.ships, oid); s.ships[oid] = Append(s.ships[oid], *p) })
		Do(func() { *P(&out) = Append(out, *p) })
	}
	Do(func() { Key(s.ships, "last"); s.ships["last"] = out })
	return "", nil
}

// fan starts goroutines that each fill a slot, and all append to one list; then a closure that has goroutines of its own.
func (s *shop) fan(_ context.Context, in *request) (string, error) {
	var wg sync.WaitGroup
	var got [3]string
	for i := range got {
		wg.Add(1)
		Go(func() {
			defer wg.Done()
			Do(func() {
				*P(&got[i]) = fmt.Sprint(i, Try(shopSites[0], func() string { return strconv.Itoa(rand.Int()) }))
			})
			s.mu.Lock()
			defer s.mu.Unlock()
			Do(func() { *P(&s.done) = Append(s.done, i) })
		})
	}
	wg.Wait()
	Do(func() { Copy(s.slots[:], got[:]) })
	Do(func() {
		var wg sync.WaitGroup
		for i := range 2 {
			wg.Go(Strand(func() {
				*P(&s.slots[2+i]) = Try(shopSites[0], func() string { return strconv.Itoa(rand.Int()) })
			}))
		}
		wg.Wait()
	})
	return "", nil
}

type handler func(*shop, context.Context, *request) (string, error)

var handlers = map[string]handler{
	"foo": (*shop).foo, "place": (*shop).place, "toss": (*shop).toss, "spread": (*shop).spread, "session": (*shop).session,
	"cache": (*shop).cache, "shipAll": (*shop).shipAll, "fan": (*shop).fan,
}
