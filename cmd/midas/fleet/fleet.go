package fleet

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall"
	"time"
)

// Config of a Fleet.
type Config struct {
	Log   *Log          // where the processes' output goes; nil drops it
	Grace time.Duration // from SIGTERM to SIGKILL in Stop; zero is 5 s
	// OnExit is told of every process that ended without having been asked to, on a goroutine of its own. Nil: nobody is told.
	OnExit func(Exit)
}

// Exit says how a process ended.
type Exit struct {
	Name string
	Err  error // of exec.Cmd.Wait; nil for exit status 0
}

// Error is one line, such as "orders/2 exited: exit status 1".
func (e Exit) Error() string {
	if e.Err == nil {
		return e.Name + " exited: exit status 0"
	}
	return fmt.Sprintf("%s exited: %v", e.Name, e.Err)
}

func (e Exit) Unwrap() error { return e.Err }

// Fleet is a set of named processes. Its methods may be called concurrently. Make one with New and call Stop at the end.
type Fleet struct {
	cfg Config

	mu      sync.Mutex
	procs   map[string]*process
	stopped bool
}

// New returns a fleet without processes.
func New(cfg Config) *Fleet {
	if cfg.Grace == 0 {
		cfg.Grace = 5 * time.Second
	}
	return &Fleet{cfg: cfg, procs: make(map[string]*process)}
}

// Start starts the process that c describes. Its name must not be that of a running one.
func (f *Fleet) Start(c Command) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.stopped {
		return fmt.Errorf("start %s: the fleet is stopped", c.Name)
	}
	if p := f.procs[c.Name]; p != nil && !p.ended() {
		return fmt.Errorf("start %s: it is running", c.Name)
	}
	p, err := start(c, f.cfg.Log.writer(c.Name))
	if err != nil {
		return fmt.Errorf("start %s: %w", c.Name, err)
	}
	f.procs[c.Name] = p
	go f.watch(p)
	return nil
}

// watch tells of a process that ends by itself.
func (f *Fleet) watch(p *process) {
	<-p.done
	if f.cfg.OnExit != nil && !p.asked.Load() {
		f.cfg.OnExit(Exit{p.Name, p.err})
	}
}

// Restart starts a process that has ended again, as it was.
func (f *Fleet) Restart(name string) error {
	p, err := f.process(name)
	if err != nil {
		return fmt.Errorf("restart: %w", err)
	}
	return f.Start(p.Command)
}

// Kill ends the process with SIGKILL, its children too, and waits until it is gone.
func (f *Fleet) Kill(name string) error {
	p, err := f.process(name)
	if err != nil {
		return fmt.Errorf("kill: %w", err)
	}
	p.signal(syscall.SIGKILL)
	<-p.done
	return nil
}

// Serving waits until every process serves at its address. It returns an Exit when one of them ends first.
func (f *Fleet) Serving(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	procs := f.all()
	errs := make(chan error, len(procs))
	for _, p := range procs {
		go func() { errs <- p.serving(ctx) }()
	}
	for range procs {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

// Stop ends all processes, SIGTERM first, and waits until they are gone. Nothing can be started afterwards.
func (f *Fleet) Stop() {
	f.mu.Lock()
	f.stopped = true
	f.mu.Unlock()
	procs := f.all()
	for _, p := range procs {
		p.signal(syscall.SIGTERM)
	}
	grace := time.After(f.cfg.Grace)
	for _, p := range procs {
		select {
		case <-p.done:
		case <-grace:
			for _, p := range procs {
				p.signal(syscall.SIGKILL)
			}
		}
		<-p.done
	}
}

func (f *Fleet) process(name string) (*process, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p := f.procs[name]
	if p == nil {
		return nil, errors.New("no process " + name)
	}
	return p, nil
}

func (f *Fleet) all() []*process {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []*process
	for _, p := range f.procs {
		all = append(all, p)
	}
	return all
}
