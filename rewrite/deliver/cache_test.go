package deliver

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// TestStoreTogether: processes that need the same at the same time all get all of it, also when a file was lost.
func TestStoreTogether(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "kind", "name")
	files := map[string][]byte{"a": []byte("1"), "sub/b": []byte("2")}
	for range 20 {
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if err := store(dir, files); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if !holds(dir, files) {
			t.Fatal("a file is missing")
		}
		if err := os.Remove(filepath.Join(dir, "a")); err != nil {
			t.Fatal(err)
		}
	}
	if left, _ := os.ReadDir(filepath.Dir(dir)); len(left) != 1 {
		t.Errorf("%d folders are left, want 1", len(left))
	}
}
