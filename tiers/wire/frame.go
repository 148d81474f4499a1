package wire

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/fxamacker/cbor/v2"
)

// ID names a replica.
type ID struct {
	Tier    string
	Replica int // from 1
}

func (id ID) String() string { return fmt.Sprintf("%s/%d", id.Tier, id.Replica) }

// Kind says what a frame's body is.
type Kind uint8

// Kinds of frames.
const (
	Hello    Kind = iota + 1 // who the sender is and what it starts from; to its own tier
	Welcome                  // the hello's sender fits
	Refusal                  // it does not, and why
	Message                  // one of the core's messages
	ImageAsk                 // the sender needs an image at or after an index
	Image                    // an image
	Inspect                  // a tool asks for the replica's status
	Report                   // the status
	Audit                    // the digest of the sender's state at an image
	Costs                    // what following the leader has cost the sender
	Seat                     // the leader's answer to a log that is to take another's place
	Here                     // where the sender listens now
	Probe                    // a tool wants to look into the replica, or to change it
	Probed                   // what came of it
)

// Frame is what travels.
type Frame struct {
	Kind   Kind
	From   ID
	Leader int // whom the sender believes to lead its own tier, 0 if unknown
	Body   []byte
}

// Link is one replica's way to the others. Send never blocks and may lose the frame. Move says where a replica listens from now on.
type Link interface {
	Send(to ID, f *Frame)
	Move(to ID, addr string)
	Close() error
}

// Handler takes a frame that arrived. It is called from many goroutines and must not block. answer sends a frame back to a sender
// that has no address of its own; it is valid until the connection ends.
type Handler func(f *Frame, answer func(*Frame))

// maxFrame bounds a frame in bytes; images are the large ones.
const maxFrame = 1 << 30

// firstRead is how many bytes of a frame are made room for before any has arrived.
const firstRead = 64 << 10

func writeFrame(w io.Writer, f *Frame) error {
	body, err := cbor.Marshal(f)
	if err != nil {
		return fmt.Errorf("encode frame: %w", err)
	}
	if len(body) > maxFrame {
		return fmt.Errorf("encode frame: %d bytes exceed %d", len(body), maxFrame)
	}
	if err := binary.Write(w, binary.BigEndian, uint32(len(body))); err != nil {
		return err
	}
	_, err = w.Write(body)
	return err
}

func readFrame(r io.Reader) (*Frame, error) {
	var size uint32
	if err := binary.Read(r, binary.BigEndian, &size); err != nil {
		return nil, err
	}
	if size > maxFrame {
		return nil, fmt.Errorf("read frame: %d bytes exceed %d", size, maxFrame)
	}
	var body bytes.Buffer // grows with what arrives: the size alone is only a claim
	body.Grow(min(int(size), firstRead) + bytes.MinRead)
	if _, err := io.CopyN(&body, r, int64(size)); err != nil {
		return nil, fmt.Errorf("read frame: %w", err)
	}
	var f Frame
	if err := cbor.Unmarshal(body.Bytes(), &f); err != nil {
		return nil, fmt.Errorf("read frame: %w", err)
	}
	return &f, nil
}
