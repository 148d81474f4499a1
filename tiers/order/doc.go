// Package order is a tier's totally ordered, durable log.
//
// A [Log] takes proposals and gives every replica of the tier the same entries in the same order. The reader pulls: it keeps the
// index up to which it has read and asks for what comes after, so that a slow reader, or one that waits for an image, needs no
// buffer of its own.
//
// The log is cut by images. An [Image] is the reader's whole state right after an index; once the reader has given one, the entries
// up to that index may go. A snapshot of the engine is the latest image and the entries after it, and therefore valid at any
// moment, although the reader can make an image only now and then.
//
// The engine is github.com/hashicorp/raft, with raft-wal in a data folder or with its memory stores. Membership is fixed at the
// first start. A memory log that ends must not come back as the same member: the caller sees to that.
package order
