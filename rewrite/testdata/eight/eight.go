// Package eight is a service with handlers that are hard to compensate: random keys, branches and early returns, aliasing, side effects
// in index expressions, library containers, nested requests in helpers and loops, loops that end by chance.
package eight

import (
	"container/list"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"maps"
	mrand "math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
)

// Req and Resp are the messages.
type (
	Req struct {
		User  string
		Items []string
		N     int
	}
	Resp struct{ ID string }
)

// EightServer is the service.
type EightServer interface {
	Place(context.Context, *Req) (*Resp, error)
	Toss(context.Context, *Req) (*Resp, error)
	Spread(context.Context, *Req) (*Resp, error)
	Session(context.Context, *Req) (*Resp, error)
	Cache(context.Context, *Req) (*Resp, error)
	Reserve(context.Context, *Req) (*Resp, error)
	ShipAll(context.Context, *Req) (*Resp, error)
	Report(context.Context, *Req) (*Resp, error)
	Walk(context.Context, *Req) (*Resp, error)
	Fill(context.Context, *Req) (*Resp, error)
	Chain(context.Context, *Req) (*Resp, error)
	Visit(context.Context, *Req) (*Resp, error)
}

// Eight_ServiceDesc is the service's description.
var Eight_ServiceDesc = grpc.ServiceDesc{ServiceName: "eight.Eight"}

// RegisterEightServer registers the service.
func RegisterEightServer(r grpc.ServiceRegistrar, s EightServer) {
	r.RegisterService(&Eight_ServiceDesc, s)
}

type (
	customer struct {
		name  string
		last  *order
		count int
	}
	order struct {
		id      string
		items   []string
		created time.Time
		seq     int
		cust    *customer
	}
	account struct {
		name string
		bal  int
		hist []int
		cnt  []int
	}
	res struct {
		id, auth string
		qty      int
	}
	rec struct {
		id  string
		err bool
	}
	base struct{ calls int }
	link struct {
		weight int
		next   *link
	}
)

func (b *base) bump() { b.calls++ }

// Server implements EightServer.
type Server struct {
	base
	mu       sync.Mutex
	seq      int
	total    int
	byID     map[string]*order
	byUser   map[string][]*order
	cust     map[string]*customer
	accts    []*account
	heads    int
	tails    int
	lastHead string
	mode     string
	next     int
	audit    []rec
	tokens   map[string]bool
	lru      *list.List
	lruIdx   map[string]*list.Element
	res      map[string]*res
	ships    map[string][]string
	steps    []int
	grid     [3][3]int
	chain    *link
	cc       grpc.ClientConnInterface
}

// New registers a server with r that calls through cc.
func New(r grpc.ServiceRegistrar, cc grpc.ClientConnInterface) *Server {
	s := &Server{
		byID: map[string]*order{}, byUser: map[string][]*order{}, cust: map[string]*customer{"u": {name: "u"}},
		accts:  []*account{{name: "a", cnt: []int{0, 0, 0, 0}}, {name: "b", cnt: []int{0, 0, 0, 0}}, {name: "c", cnt: []int{0, 0, 0, 0}}},
		tokens: map[string]bool{}, lru: list.New(), lruIdx: map[string]*list.Element{}, res: map[string]*res{}, ships: map[string][]string{}, cc: cc,
	}
	RegisterEightServer(r, s)
	return s
}

func newID() string {
	var b [8]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// Place has a random key, and one pointer in two indexes.
func (s *Server) Place(ctx context.Context, in *Req) (*Resp, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bump()
	s.seq++
	o := &order{id: newID(), items: slices.Clone(in.Items), created: time.Now(), seq: s.seq}
	c := s.cust[in.User]
	o.cust = c
	c.last = o
	c.count++
	s.byID[o.id] = o
	s.byUser[in.User] = append(s.byUser[in.User], o)
	return &Resp{ID: o.id}, nil
}

// Toss has a random branch, and a write that kills what it wrote.
func (s *Server) Toss(ctx context.Context, in *Req) (*Resp, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total++
	if mrand.IntN(2) == 0 {
		s.heads++
		s.lastHead = in.User
		s.mode = "heads"
	} else {
		s.tails++
	}
	if in.N > 0 {
		s.mode = "fixed"
	}
	return &Resp{}, nil
}

func (s *Server) pick(n int) *account { s.next++; return s.accts[n%len(s.accts)] }
func (s *Server) slot() int           { s.next++; return s.next % 4 }
func (a *account) deposit(n int)      { a.bal += n; a.hist = append(a.hist, n) }

// Spread has side effects in index expressions, a swap, a sort.
func (s *Server) Spread(ctx context.Context, in *Req) (*Resp, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := mrand.IntN(100)
	s.pick(r).deposit(in.N)
	s.pick(r).cnt[s.slot()]++
	i, j := r%len(s.accts), in.N%len(s.accts)
	s.accts[i].cnt[0], s.accts[j].cnt[1] = s.accts[j].cnt[1], s.accts[i].cnt[0]
	for s.next = range in.N {
	}
	slices.Sort(s.accts[j].hist)
	return &Resp{}, nil
}

// Session returns early by chance.
func (s *Server) Session(ctx context.Context, in *Req) (_ *Resp, err error) {
	tok := newID()
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() { s.audit = append(s.audit, rec{tok, err != nil}) }()
	s.tokens[tok] = true
	defer s.release(tok)
	step := func(n int) { s.total += n }
	step(1)
	if mrand.IntN(4) == 0 {
		return nil, errors.New("unlucky")
	}
	step(2)
	return &Resp{ID: tok}, nil
}

func (s *Server) release(tok string) { s.tokens[tok] = false }

// Cache keeps things in a library's container.
func (s *Server) Cache(ctx context.Context, in *Req) (*Resp, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := newID()
	e := s.lru.PushFront(id)
	s.lruIdx[id] = e
	if s.lru.Len() > 3 {
		b := s.lru.Back()
		s.lru.Remove(b)
		delete(s.lruIdx, b.Value.(string))
	}
	return &Resp{ID: id}, nil
}

// Reserve calls another service, with a local pointer that lives on.
func (s *Server) Reserve(ctx context.Context, in *Req) (*Resp, error) {
	s.mu.Lock()
	s.total += in.N
	r := &res{id: newID(), qty: in.N}
	q := &r.auth
	s.mu.Unlock()
	rep := new(Resp)
	if err := s.cc.Invoke(ctx, "/pay.Payer/Pay", &Req{User: r.id, N: in.N}, rep); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	*q = rep.ID
	s.res[r.id] = r
	s.total++
	return &Resp{ID: r.id}, nil
}

func (s *Server) book(oid, t string) { s.ships[oid] = append(s.ships[oid], t) }

// ShipAll calls another service in a loop.
func (s *Server) ShipAll(ctx context.Context, in *Req) (*Resp, error) {
	var out []string
	oid := newID()
	for _, it := range in.Items {
		track := it + "-" + newID()
		rep := new(Resp)
		if err := s.cc.Invoke(ctx, "/pay.Payer/Pay", &Req{User: track}, rep); err != nil {
			return nil, err
		}
		slog.Debug("shipped", "track", track)
		t := track + "/" + rep.ID
		s.mu.Lock()
		s.book(oid, t)
		s.mu.Unlock()
		out = append(out, t)
	}
	s.mu.Lock()
	s.ships["last"] = out
	s.mu.Unlock()
	return &Resp{ID: oid}, nil
}

// Report has superficial sources, and map order that matters and that does not.
func (s *Server) Report(ctx context.Context, in *Req) (*Resp, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	start := time.Now()
	defer func() { slog.Debug("report", "took", time.Since(start)) }()
	keys := slices.Sorted(maps.Keys(s.byID))
	n := 0
	for range s.byID {
		n++
	}
	s.total = n + len(keys)
	for k := range s.tokens {
		s.mode = k
		break
	}
	return &Resp{}, nil
}

// Walk leaves loops by chance.
func (s *Server) Walk(ctx context.Context, in *Req) (*Resp, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := 0
	n := in.N
outer:
	for i := range n {
		for j := range 3 {
			if mrand.IntN(5) == 0 {
				continue outer
			}
			at += i * j
			s.grid[i%3][j]++
			if at > 20 {
				break outer
			}
		}
	}
	n++
	s.steps = append(s.steps, at, n)
	switch d := mrand.IntN(3); {
	case d == 0:
		s.steps = s.steps[:max(0, len(s.steps)-1)]
	case d == 1 && len(s.steps) > 2:
		s.steps[0], s.steps[1] = s.steps[1], s.steps[0]
		fallthrough
	default:
		s.steps = append(s.steps, d)
	}
	n = 0
	if len(s.steps) > 20 {
		clear(s.steps[:3])
		s.steps = slices.Delete(s.steps, 3, 8+n)
	}
	return &Resp{}, nil
}

// Fill has struct values, copies, arrays and a closure that is kept in a variable.
func (s *Server) Fill(ctx context.Context, in *Req) (*Resp, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := res{id: in.User, qty: mrand.IntN(9)}
	add := func(by int) {
		r.qty += by
		s.total += by
	}
	add(in.N)
	add(mrand.IntN(2))
	t := r
	t.auth = time.Now().String()
	s.res[t.id] = &t
	var row [3]int
	for i := range row {
		row[i] = r.qty + i
	}
	s.grid[r.qty%3] = row
	if v, ok := s.res["none"]; ok || v != nil {
		s.total = -1
	} else if w := s.res[t.id]; w.qty > 5 {
		w.qty--
	}
	return &Resp{}, nil
}

// Chain writes through a pointer that moves on.
func (s *Server) Chain(ctx context.Context, in *Req) (*Resp, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chain = &link{next: s.chain}
	p, depth := s.chain, 0
	for p != nil && depth < 4 {
		p.weight += mrand.IntN(9)
		depth++
		p = p.next
	}
	return &Resp{}, nil
}

// Visit issues nested requests in loops over what it drew, and in the clauses of a type switch.
func (s *Server) Visit(ctx context.Context, in *Req) (*Resp, error) {
	var draws []int
	for _, item := range in.Items {
		draws = append(draws, mrand.IntN(50+len(item)))
	}
	for i, d := range draws {
		if err := s.pay(ctx); err != nil {
			return nil, err
		}
		s.total += d * (i + 1)
	}
	prices := map[string]int{}
	for _, item := range in.Items {
		prices[item] = mrand.IntN(50)
	}
	for item, price := range prices {
		if err := s.pay(ctx); err != nil {
			return nil, err
		}
		s.total += price + len(item)
	}
	var last int
	for _, last = range draws {
		s.total += last % 3
	}
	var drawn any = &res{qty: mrand.IntN(50)}
	switch r := drawn.(type) {
	case *res:
		describe := r.describe
		if err := s.pay(ctx); err != nil {
			return nil, err
		}
		s.total += r.qty + last + len(describe())
	case nil:
		return nil, errors.New("nothing drawn")
	}
	return &Resp{}, s.passOn(ctx)
}

func (r *res) describe() string { return strings.Repeat("x", r.qty) }

func (s *Server) pay(ctx context.Context) error {
	return s.cc.Invoke(ctx, "/pay.Payer/Pay", &Req{}, &Resp{})
}

func (s *Server) passOn(ctx context.Context) error {
	return s.cc.Invoke(ctx, "/pay.Payer/Pay", &Req{N: mrand.IntN(9)}, &Resp{})
}
