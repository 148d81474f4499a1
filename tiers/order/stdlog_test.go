package order

import (
	"log"
	"os"
	"testing"
)

func TestStandardLoggerIsUntouched(t *testing.T) {
	if log.Writer() != os.Stderr || log.Flags() != log.LstdFlags || log.Prefix() != "" {
		t.Errorf("linking the engine changed the standard logger: writer %T, flags %d, prefix %q", log.Writer(), log.Flags(), log.Prefix())
	}
}
