package midasrt

import "context"

// RecLock is Rec for a TryLock. Where the value comes from elsewhere, lock takes the lock that was taken there, for the program is going
// to unlock it: another sliver that has it now lets go of it, because a sliver ends.
func RecLock(s Site, try func() bool, lock func()) bool { return recordLock(strict(s), s, try, lock) }

// TryLock is RecLock for a TryLock that is also reached outside handlers.
func TryLock(s Site, try func() bool, lock func()) bool { return recordLock(current(), s, try, lock) }

func recordLock(t *strand, s Site, try func() bool, lock func()) bool {
	tried := false
	taken := record(t, s, func() bool { tried = true; return try() })
	if taken && !tried {
		lock()
	}
	return taken
}

// Acquire is the lock of RecLock that takes n from a semaphore, for as long as that lasts.
func Acquire(acquire func(context.Context, int64) error, n int64) func() {
	return func() { _ = acquire(context.Background(), n) } // without an end it does not fail
}

// Single stands for a singleflight.Group's Do: in an op no call is taken to be under way that this one could share.
func Single(do func(string, func() (any, error)) (any, error, bool)) func(string, func() (any, error)) (any, error, bool) {
	if current() == nil {
		return do
	}
	return func(_ string, f func() (any, error)) (any, error, bool) {
		v, err := f()
		return v, err, false
	}
}
