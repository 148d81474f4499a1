package tiers

import (
	"context"
	"errors"
	"fmt"

	"github.com/midas-tiers/midas/compensate"
	"github.com/midas-tiers/midas/tiers/wire"
)

// A probe looks into a replica from outside the tiers, deeper than Inspect, and may put another copy's state in the place of its own. It is
// for tools that run two copies of a service apart from one another and compare what they come to, such as midas verify.

// probe is the body of a Probe frame: one question.
type probe struct {
	Describe, Image, Locate bool
	Adopt                   []byte
}

// probed is the body of a Probed frame.
type probed struct {
	Description Description
	Image       Image
	Located     []compensate.Located
	Error       string
}

// Image is the persistent state of a replica at a moment when no sliver runs.
type Image struct {
	Digest  [32]byte // of its meaning
	Encoded []byte   // as compensate.State.Encode has it
}

// Describe asks the replica whose peer address is peerAddr what it serves.
func Describe(ctx context.Context, peerAddr string) (Description, error) {
	p, err := ask(ctx, peerAddr, probe{Describe: true})
	return p.Description, err
}

// ImageOf asks the replica whose peer address is peerAddr for its state.
func ImageOf(ctx context.Context, peerAddr string) (Image, error) {
	p, err := ask(ctx, peerAddr, probe{Image: true})
	return p.Image, err
}

// Locate asks the replica whose peer address is peerAddr for every value of its state, with the fields that lead there.
func Locate(ctx context.Context, peerAddr string) ([]compensate.Located, error) {
	p, err := ask(ctx, peerAddr, probe{Locate: true})
	return p.Located, err
}

// Adopt puts an Image's encoded state in the place of that of the replica whose peer address is peerAddr. Only a replica that is its whole
// group, under technique vanilla, does so: others have promised to be what their log says. After an error the state is undefined.
func Adopt(ctx context.Context, peerAddr string, encoded []byte) error {
	_, err := ask(ctx, peerAddr, probe{Adopt: encoded})
	return err
}

func ask(ctx context.Context, peerAddr string, q probe) (probed, error) {
	answer, err := wire.Ask(ctx, peerAddr, &wire.Frame{Kind: wire.Probe, Body: must(stable.Marshal(q))})
	if err != nil {
		return probed{}, err
	}
	var p probed
	if err := lenient.Unmarshal(answer.Body, &p); err != nil {
		return probed{}, fmt.Errorf("probe %s: %w", peerAddr, err)
	}
	if p.Error != "" {
		return p, fmt.Errorf("probe %s: %s", peerAddr, p.Error)
	}
	return p, nil
}

// probed answers a Probe frame.
func (n *node) probed(f *wire.Frame, give func(*wire.Frame)) {
	var q probe
	var p probed
	err := lenient.Unmarshal(f.Body, &q)
	tell := func() {
		if err != nil {
			p.Error = err.Error()
		}
		go give(n.envelope(wire.Probed, must(stable.Marshal(p)))) // a slow reader must not hold the loop
	}
	if err == nil && q.Describe {
		p.Description, err = n.services.describe()
	}
	if err != nil || q.Describe {
		tell()
		return
	}
	n.launch(job{alone: true, work: func() { err = n.look(q, &p) }, then: tell})
}

// look reads or replaces the whole state; no sliver runs.
func (n *node) look(q probe, p *probed) (err error) {
	switch {
	case q.Adopt != nil && (n.place.Technique != string(compensate.Vanilla) || len(n.place.group()) > 1):
		return errors.New("a replica adopts a state from outside only if it is alone, under technique vanilla")
	case q.Adopt != nil:
		return n.state.Decode(q.Adopt)
	case q.Locate:
		p.Located, err = n.state.Locate()
		return err
	}
	if p.Image.Digest, err = n.state.Digest(); err == nil {
		p.Image.Encoded, err = n.state.Encode()
	}
	return err
}
