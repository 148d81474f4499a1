// Package bound is a service whose handlers can run in style leader only, and have external effects: nested requests by chance and in
// loops that end by chance, early returns around them, defers and goroutines in contaminated branches, goto, panics that are recovered,
// channels, a database.
package bound

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"time"

	"google.golang.org/grpc"
)

// Req and Resp are the messages.
type (
	Req struct {
		User string
		N    int
	}
	Resp struct{ Text string }
)

// BoundServer is the service.
type BoundServer interface {
	Ask(context.Context, *Req) (*Resp, error)
	Insist(context.Context, *Req) (*Resp, error)
	Gamble(context.Context, *Req) (*Resp, error)
	Jump(context.Context, *Req) (*Resp, error)
	Queue(context.Context, *Req) (*Resp, error)
	Branch(context.Context, *Req) (*Resp, error)
	Race(context.Context, *Req) (*Resp, error)
	Buy(context.Context, *Req) (*Resp, error)
	Draw(context.Context, *Req) (*Resp, error)
}

// Bound_ServiceDesc is the service's description.
var Bound_ServiceDesc = grpc.ServiceDesc{ServiceName: "bound.Bound"}

// RegisterBoundServer registers the service.
func RegisterBoundServer(r grpc.ServiceRegistrar, s BoundServer) {
	r.RegisterService(&Bound_ServiceDesc, s)
}

type order struct {
	id    int
	user  string
	at    time.Time
	lines []string
}

// Server implements BoundServer.
type Server struct {
	mu     sync.Mutex
	seen   map[int]string
	log    []string
	orders map[int]*order
	total  int
	events chan int
	db     *sql.DB
	note   string
	cc     grpc.ClientConnInterface
}

// New registers a server with r that calls through cc and stores in db; it writes its notes to the file.
func New(r grpc.ServiceRegistrar, cc grpc.ClientConnInterface, db *sql.DB, note string) *Server {
	s := &Server{seen: map[int]string{}, orders: map[int]*order{}, events: make(chan int, 1000), db: db, note: note, cc: cc}
	RegisterBoundServer(r, s)
	return s
}

func (s *Server) ask(ctx context.Context, what string, n int) (string, error) {
	out := new(Resp)
	if err := s.cc.Invoke(ctx, "/bound.Other/Ask", &Req{User: what, N: n}, out); err != nil {
		return "", err
	}
	return out.Text, nil
}

// Ask sends a nested request by chance, and returns early.
func (s *Server) Ask(ctx context.Context, in *Req) (*Resp, error) {
	v := rand.IntN(100)
	s.total += v
	if v%3 == 0 {
		answer, err := s.ask(ctx, in.User, v)
		if err != nil {
			return nil, err
		}
		s.seen[v+rand.IntN(3)] = answer
		if rand.IntN(2) == 0 {
			return &Resp{Text: answer}, nil
		}
		v *= 2
	}
	s.seen[v] = fmt.Sprint(in.N, v)
	return &Resp{Text: s.seen[v]}, nil
}

// Insist asks in a loop that ends by chance, and once more when it leaves.
func (s *Server) Insist(ctx context.Context, in *Req) (out *Resp, err error) {
	defer func() {
		last, bye := s.ask(ctx, "bye", s.total)
		s.log, err = append(s.log, last), bye
	}()
	tries := []int{rand.IntN(5)}
	for rand.IntN(4) > 0 {
		text, err := s.ask(ctx, in.User, tries[len(tries)-1])
		if err != nil {
			return nil, err
		}
		tries = append(tries, rand.IntN(5))
		s.log = append(s.log, text, fmt.Sprint(tries))
	}
	return &Resp{Text: fmt.Sprint(tries)}, nil
}

// Gamble panics by chance, and recovers.
func (s *Server) Gamble(ctx context.Context, in *Req) (out *Resp, err error) {
	defer func() {
		if r := recover(); r != nil {
			s.total++
			out = &Resp{Text: fmt.Sprint("recovered: ", r)}
		}
	}()
	s.spin(in.N)
	return &Resp{Text: "lucky"}, nil
}

func (s *Server) spin(n int) {
	if v := rand.IntN(4); v == n%4 {
		panic(v)
	}
	s.total += 10
}

// Jump uses goto.
func (s *Server) Jump(ctx context.Context, in *Req) (*Resp, error) {
	n := 0
again:
	n++
	if rand.IntN(3) > 0 {
		goto again
	}
	s.total += n
	return &Resp{Text: fmt.Sprint(n)}, nil
}

// Queue sends on a channel that outlives it.
func (s *Server) Queue(ctx context.Context, in *Req) (*Resp, error) {
	s.events <- rand.IntN(50)
	s.total += <-s.events
	return &Resp{}, nil
}

// Branch defers and starts a goroutine by chance.
func (s *Server) Branch(ctx context.Context, in *Req) (*Resp, error) {
	drawn := make([]int, 3)
	if rand.IntN(2) == 0 {
		defer s.add(rand.IntN(7))
		var wg sync.WaitGroup
		for i := range drawn {
			wg.Add(1)
			go func() {
				defer wg.Done()
				drawn[i] = rand.IntN(1000)
			}()
		}
		wg.Wait()
	}
	s.log = append(s.log, fmt.Sprint(drawn))
	return &Resp{Text: fmt.Sprint(drawn, s.total)}, nil
}

func (s *Server) add(n int) { s.total += n }

// Race takes what comes first, and gives up by chance.
func (s *Server) Race(ctx context.Context, in *Req) (*Resp, error) {
	one, two := make(chan string, 1), make(chan int)
	go func() { one <- fmt.Sprint("one", rand.IntN(100)) }()
	go func() { two <- rand.IntN(100); close(two) }()
	var got []string
	for len(got) < 3 {
		select {
		case text := <-one:
			got = append(got, text)
			one = nil
		case n, ok := <-two:
			if !ok {
				two = nil
			}
			got = append(got, fmt.Sprint(n, ok))
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	select {
	case s.events <- len(got):
		if rand.IntN(2) == 0 {
			break
		}
		s.total += <-s.events
	case n := <-s.events:
		s.total -= n
	default:
		return &Resp{Text: "busy"}, nil
	}
	s.log = append(s.log, got...)
	return &Resp{Text: fmt.Sprint(got)}, nil
}

// Buy stores an order in a database, writes a note by chance, and keeps what came back.
func (s *Server) Buy(ctx context.Context, in *Req) (*Resp, error) {
	o := &order{id: in.N, user: in.User, at: time.Now(), lines: []string{fmt.Sprint(rand.IntN(1000))}}
	key, err := s.insert(ctx, o)
	if err != nil {
		return nil, err
	}
	o.id = key
	s.orders[key] = o
	if rand.IntN(2) == 0 {
		if err := os.WriteFile(s.note, []byte(o.user), 0o600); err != nil {
			s.total--
		}
	}
	text, err := s.ask(ctx, o.lines[0], key)
	if err != nil {
		return nil, err
	}
	o.lines = append(o.lines, text)
	return &Resp{Text: fmt.Sprint(key, o.lines)}, nil
}

func (s *Server) insert(ctx context.Context, o *order) (int, error) {
	res, err := s.db.ExecContext(ctx, "insert", o.user, o.lines[0])
	if err != nil {
		return 0, fmt.Errorf("insert: %w", err)
	}
	key, err := res.LastInsertId()
	if key == 0 {
		return 0, errors.New("no key")
	}
	return int(key), err
}

// Draw can be active, and shares code with those that cannot.
func (s *Server) Draw(ctx context.Context, in *Req) (*Resp, error) {
	s.add(rand.IntN(9))
	return &Resp{Text: fmt.Sprint(s.total)}, nil
}
