package order

// Entry is one committed entry. Indexes rise; they are not consecutive, since the engine has entries of its own.
type Entry struct {
	Index uint64
	Data  []byte
}

// Image is the reader's whole state right after the entry at Index.
type Image struct {
	Index uint64
	Data  []byte
}

// Log is one replica's end of a tier's log. All methods may be called from any goroutine.
type Log interface {
	// Append asks that data, which the caller leaves alone from then on, become an entry. It never blocks. What one replica appends
	// stands in the log in the order of its calls, at most once each; but any of it can be missing there, also where true was
	// returned and something later is present: leadership moves, a queue overflows. The caller numbers what it appends, sees by
	// what comes back what is lost, and decides what the rest is worth. It returns false, and has done nothing, at a replica that
	// does not believe itself the leader or is too far behind.
	Append(data []byte) bool
	// Verify calls done(true) once it is certain that this replica led at a moment after the call, and done(false) if it cannot be:
	// at the latest when the replica stops leading or closes. done is called once, from any goroutine, perhaps before Verify
	// returns; it must not block.
	Verify(done func(leads bool))
	// Lease reports whether this replica led at a moment during the call, from what it knows already. False says nothing: Verify
	// may still succeed. True rests on clocks; see the package documentation.
	Lease() bool
	// Yield has another replica lead, if this one does and another is there to. The caller must not rest on Lease or Verify any more until it
	// has led anew: the next leader does not wait for this one's lease to run out.
	Yield()
	// Ready has capacity one and receives after entries or an image arrived, or Leader changed.
	Ready() <-chan struct{}
	// After returns at most max entries that follow index. If entries right after index are gone, image is what stands in for
	// them, and the entries are those that follow the image.
	After(index uint64, max int) (image *Image, entries []Entry)
	// Capture hands over an image. One that is not newer than the log's latest is ignored.
	Capture(Image)
	// Latest returns the newest image, nil if there is none.
	Latest() *Image
	// Leader is the replica believed to lead, 0 if unknown.
	Leader() int
	// Term counts leaderships: it rises with each, and every leader has a term of its own. A replica that leads again in another term
	// has missed what was appended in between; what Verify and Lease say concerns the term of the moment.
	Term() uint64
	// Replaying says that the entries which now arrive may date from before this process started.
	Replaying() bool
	// Seats is who belongs to the group. Ready receives after it has changed.
	Seats() Seats
	// Change asks that the group's seats, which were as they are since the entry at, be changed, and calls done with what became of it, from
	// any goroutine. A majority agrees to each change, one after the other. It fails if this replica does not lead, if the seats are
	// others by then, or if a seat is to be taken away and too few of the others answer. After an error the change may come all the same.
	Change(at uint64, c Change, done func(error))
	// Close stops the replica's part and releases its files.
	Close() error
}
