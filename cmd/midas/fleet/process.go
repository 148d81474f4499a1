package fleet

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Command describes one process.
type Command struct {
	Name string   // such as "orders/2"
	Path string   // executable
	Args []string // without the executable's name
	Env  []string // KEY=VALUE, added to this process's own environment
	Dir  string   // working folder; "" is the current one
	Addr string   // host:port at which it will serve
}

type process struct {
	Command
	cmd   *exec.Cmd
	asked atomic.Bool   // we sent it a signal
	done  chan struct{} // closed when it has ended and its output is written
	err   error         // of Wait; read after done
}

func start(c Command, out io.WriteCloser) (*process, error) {
	cmd := exec.Command(c.Path, c.Args...)
	cmd.Env = append(os.Environ(), c.Env...)
	cmd.Dir = c.Dir
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = attributes()
	cmd.WaitDelay = time.Second // children of a dead process may hold its output open
	var err error
	onParentThread(func() { err = cmd.Start() })
	if err != nil {
		return nil, err
	}
	p := &process{Command: c, cmd: cmd, done: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		out.Close()
		close(p.done)
	}()
	return p, nil
}

// parentThread takes functions to run on one thread that lives as long as this program does.
var parentThread = sync.OnceValue(func() chan<- func() {
	jobs := make(chan func())
	go func() {
		runtime.LockOSThread()
		for job := range jobs {
			job()
		}
	}()
	return jobs
})

// onParentThread runs f on that thread: Linux sends the parent-death signal when the thread that started a process ends, not when the
// program does.
func onParentThread(f func()) {
	done := make(chan struct{})
	parentThread() <- func() { f(); close(done) }
	<-done
}

// signal sends sig to the process and its children.
func (p *process) signal(sig syscall.Signal) {
	p.asked.Store(true)
	if !p.ended() {
		syscall.Kill(-p.cmd.Process.Pid, sig)
	}
}

func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// serving waits until the process serves.
func (p *process) serving(ctx context.Context) error {
	for {
		if greets(ctx, p.Addr) {
			return nil
		}
		select {
		case <-p.done:
			return Exit{p.Name, p.err}
		case <-ctx.Done():
			return fmt.Errorf("%s does not serve at %s: %w", p.Name, p.Addr, context.Cause(ctx))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// greets reports whether a server at addr answers the opening of an HTTP/2 connection. To connect is not enough: the kernel accepts as
// soon as the socket listens.
func greets(ctx context.Context, addr string) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return false
	}
	defer conn.Close()
	deadline, _ := ctx.Deadline()
	conn.SetDeadline(deadline)
	const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\x00\x00\x00\x04\x00\x00\x00\x00\x00" // and empty SETTINGS
	if _, err := io.WriteString(conn, preface); err != nil {
		return false
	}
	_, err = conn.Read(make([]byte, 1))
	return err == nil
}
