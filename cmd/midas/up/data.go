package up

import (
	"fmt"
	"os"
)

// writable makes the folder dir, if it is not there, and sees that replicas can keep their data in it.
func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	f, err := os.CreateTemp(dir, ".midas-")
	if err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	f.Close()
	return os.Remove(f.Name())
}
