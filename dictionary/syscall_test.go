package dictionary

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestSystemCalls: every system call that package syscall numbers for linux/amd64 is named with a kind.
func TestSystemCalls(t *testing.T) {
	b, err := os.ReadFile("data/syscalls.txt")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]string{}
	for line := range strings.Lines(string(b)) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if len(f) < 3 {
			continue
		}
		if named[f[0]] != "" || !slices.Contains(kinds, f[2]) {
			t.Errorf("system call %s %s: named twice, or of kind %q", f[0], f[1], f[2])
		}
		named[f[0]] = f[1]
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	src, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "src/syscall/zsysnum_linux_amd64.go"))
	if err != nil {
		t.Fatal(err)
	}
	calls := regexp.MustCompile(`SYS_(\w+)\s+= (\d+)`).FindAllStringSubmatch(string(src), -1)
	for _, c := range calls {
		if named[c[2]] == "" {
			t.Errorf("system call %s %s is not named", c[2], c[1])
		}
	}
	if len(calls) < 300 || len(named) < 380 {
		t.Errorf("%d of %d system calls: the test looks in the wrong place", len(named), len(calls))
	}
}
