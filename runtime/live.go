package midasrt

// Live runs f, except while the tape is replayed. Emitted inside closures of the tape around what must not happen twice: external effects,
// and locking, because the parked goroutine may hold the lock and nothing that needs it runs during a replay. In an op that takes its
// values from a trace f runs: it is the op's first run here.
func Live(f func()) {
	if s := current(); s == nil || !s.replays() {
		f()
	}
}
