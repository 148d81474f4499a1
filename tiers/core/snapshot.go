package core

import (
	"errors"
	"fmt"
	"slices"

	"github.com/fxamacker/cbor/v2"
)

const imageVersion = 1

// readImage takes large tables, and text that is not UTF-8, as names that come from outside may be.
var readImage = func() cbor.DecMode {
	m, err := cbor.DecOptions{UTF8: cbor.UTF8DecodeInvalid, MaxArrayElements: 1 << 30}.DecMode()
	if err != nil {
		panic(err) // constant options
	}
	return m
}()

// image is the op table at a drained barrier: every op is done, or has not started.
type image struct {
	Version int
	Marks   []imageMark // by name
	Ops     []imageOp   // in log order for each client
	Due     []OpID      // not started, in log order
}

type imageMark struct {
	Client string
	Mark   uint64
}

type imageOp struct {
	Begin *Entry
	Done  bool
	Reply *Out
	Owed  []imageOwed
}

// imageOwed is a callback that the callee has not acknowledged.
type imageOwed struct {
	Call   CallID
	Tier   string
	Chosen *Outcome
	Answer []byte
}

// Snapshot returns the op table and the marks as they were at the last Capture. It may be called only right after it.
func (c *Core) Snapshot() ([]byte, error) {
	if c.image == nil {
		return nil, errors.New("snapshot op table: no capture")
	}
	return c.image, nil
}

// Restore replaces the op table by an image that was captured at index. A stuck replica refuses an image from before the entry that
// it could not follow. Clients that wait here go on waiting.
func (c *Core) Restore(b []byte, index uint64) error {
	c.mustBeFree("Restore")
	if c.stuck && index < c.index {
		return fmt.Errorf("restore op table: image at %d is before entry %d, which this replica cannot follow", index, c.index)
	}
	var img image
	if err := readImage.Unmarshal(b, &img); err != nil {
		return fmt.Errorf("restore op table at %d: %w", index, err)
	}
	if err := img.check(); err != nil {
		return fmt.Errorf("restore op table at %d: %w", index, err)
	}
	c.reset()
	c.index = index
	for _, m := range img.Marks {
		c.client(m.Client).mark = m.Mark
	}
	for _, r := range img.Ops {
		c.restoreOp(r)
	}
	for _, id := range img.Due {
		o := c.ops[id]
		c.live = append(c.live, o)
		c.waiting = append(c.waiting, &task{sliver: c.newSliver(o, "", "", "", nil)})
	}
	return nil
}

func (img *image) check() error {
	if img.Version != imageVersion {
		return fmt.Errorf("version %d, want %d", img.Version, imageVersion)
	}
	known := map[OpID]bool{}
	for _, o := range img.Ops {
		if o.Begin == nil {
			return errors.New("an op without its Begin")
		}
		if _, _, ok := o.Begin.Op.Root(); !ok {
			return fmt.Errorf("op id %q", o.Begin.Op)
		}
		known[o.Begin.Op] = true
	}
	for _, id := range img.Due {
		if !known[id] {
			return fmt.Errorf("%s is due and not in it", id)
		}
	}
	return nil
}

func (c *Core) restoreOp(r imageOp) {
	o := c.add(r.Begin)
	o.done = r.Done
	for _, w := range r.Owed {
		s := &sliver{op: o, call: w.Call, tier: w.Tier, answer: w.Answer, ran: true, settled: true, owed: w.Chosen}
		s.told = newPace(c.tick, retryTicks)
		o.slivers = append(o.slivers, s)
		c.owing = append(c.owing, s)
	}
	if r.Reply != nil {
		s := &sliver{op: o, ran: true, settled: true, own: Outcome{Outs: []Out{*r.Reply}}}
		o.slivers = append(o.slivers, s)
	}
}

// encode makes the image of a drained table.
func (c *Core) encode() []byte {
	img := image{Version: imageVersion}
	names := make([]string, 0, len(c.clients))
	for name := range c.clients {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		cl := c.clients[name]
		img.Marks = append(img.Marks, imageMark{name, cl.mark})
		for _, o := range cl.ops {
			img.Ops = append(img.Ops, o.image())
		}
	}
	for _, t := range c.waiting {
		img.Due = append(img.Due, t.sliver.op.id)
	}
	b, err := cbor.Marshal(img)
	if err != nil {
		panic(fmt.Sprintf("core: encode op table: %v", err)) // plain data always encodes
	}
	return b
}

func (o *op) image() imageOp {
	r := imageOp{Begin: o.begin, Done: o.done}
	if s := o.replied(); s != nil {
		r.Reply = s.own.reply()
	}
	for _, s := range o.slivers {
		if s.owed != nil {
			r.Owed = append(r.Owed, imageOwed{s.call, s.tier, s.owed, s.answer})
		}
	}
	return r
}
