package source

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/midas-tiers/midas/dictionary"
)

// TestKindsAgree: the dictionary, which imports nothing of analysis, names the same kinds.
func TestKindsAgree(t *testing.T) {
	kinds := []Kind{
		Time, Random, MapOrder, Select, GoroutineOrder, LockOrder, ChannelOrder, Environment, Host, File, Network, Process, Address, Runtime,
		Pool, Signal, Finalizer, UnstableSort, FloatOrder, Deadline, Background, ProcessLocal, SQL, Architecture,
	}
	var names []string
	for _, k := range kinds {
		names = append(names, string(k))
	}
	if diff := cmp.Diff(names, dictionary.Kinds()); diff != "" {
		t.Errorf("kinds of sources (-here +dictionary):\n%s", diff)
	}
}
