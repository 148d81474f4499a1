package midasrt

// Live runs f, except while the tape is replayed. Emitted inside closures of the tape around what must not happen twice: external effects,
// and locking, because the parked goroutine may hold the lock and nothing else of the service runs during a replay.
func Live(f func()) {
	if s := current(); s == nil || !s.replays() {
		f()
	}
}
