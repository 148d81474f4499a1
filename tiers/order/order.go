package order

// Entry is one committed proposal. Indexes rise; they are not consecutive, since the engine has entries of its own.
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
	// Propose asks that data become an entry. It does not block and promises nothing: a proposal can be lost, and the caller
	// proposes again. It returns false, having done nothing, at a replica that does not believe itself the leader.
	Propose(data []byte) bool
	// Ready has capacity one and receives after entries or an image arrived.
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
	// Replaying says that the entries which now arrive may date from before this process started.
	Replaying() bool
	// Close stops the replica's part and releases its files.
	Close() error
}
