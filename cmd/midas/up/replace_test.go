package up

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// fixedStage is stage with known ports and a data folder.
func fixedStage(t *testing.T) (path, data string) {
	t.Helper()
	text := fmt.Sprintf(stage, os.Args[0])
	for strings.Contains(text, "127.0.0.1:0") {
		lis, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer lis.Close()
		text = strings.Replace(text, "127.0.0.1:0", lis.Addr().String(), 1)
	}
	path = write(t, strings.Replace(text, "version: 1\n", "version: 1\ndata: data\n", 1))
	return path, filepath.Join(filepath.Dir(path), "data")
}

// A replica's disk is lost while the others run, and another's while all are down.
func TestReplace(t *testing.T) {
	path, data := fixedStage(t)
	remove := func(replica string) {
		t.Helper()
		if err := os.RemoveAll(filepath.Join(data, replica)); err != nil {
			t.Fatal(err)
		}
	}
	all := launch(t, Config{Topology: path})
	all.until(t, "all 3 replicas serve")
	syscall.Kill(all.pid(t, "shop/2"), syscall.SIGKILL)
	all.until(t, "shop/2 exited")
	remove("shop-2")
	one := launch(t, Config{Topology: path, Replace: "shop/2", Only: true})
	one.until(t, "midas: shop/2 has its place in its group")
	if strings.Contains(one.stdout.String(), "shop/1") {
		t.Errorf("others were started too:\n%s", one.stdout.String())
	}
	one.end(t)
	all.end(t)
	remove("shop-3")
	again := launch(t, Config{Topology: path, Replace: "shop/3"})
	again.until(t, "midas: shop/3 has its place in its group")
	again.end(t)
	plain := launch(t, Config{Topology: path})
	plain.until(t, "all 3 replicas serve")
	plain.end(t)
}

func TestReplaceRefuses(t *testing.T) {
	good := fmt.Sprintf(stage, os.Args[0])
	data := strings.Replace(good, "version: 1\n", "version: 1\ndata: data\n", 1)
	for _, c := range []struct {
		name, text, replica string
		want                string
	}{
		{"unknown tier", data, "shelf/1", "no replica shelf/1"},
		{"unknown replica", data, "shop/4", "no replica shop/4"},
		{"no number", data, "shop", "no replica shop:"},
		{"no data folder", good, "shop/1", "it names no data folder"},
		{"any port", data, "shop/1", "shop/1 has port 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := launch(t, Config{Topology: write(t, c.text), Replace: c.replica, Only: true})
			if err := <-r.result; err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("Run = %v, want one line with %q", err, c.want)
			}
		})
	}
}
