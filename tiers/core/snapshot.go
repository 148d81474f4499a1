package core

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/fxamacker/cbor/v2"
)

const imageVersion = 2

// readImage takes large tables, and text that is not UTF-8, as names that come from outside may be.
var readImage = func() cbor.DecMode {
	m, err := cbor.DecOptions{UTF8: cbor.UTF8DecodeInvalid, MaxArrayElements: 1 << 30}.DecMode()
	if err != nil {
		panic(err) // constant options
	}
	return m
}()

// image is the table at a Checkpoint: every op is done.
type image struct {
	Version int
	Epoch   uint64
	Number  uint64
	Marks   []imageMark // by name
	Floors  []imageFloor
	Ops     []imageOp // in log order for each client
}

type imageMark struct {
	Client string
	Mark   uint64
}

type imageFloor struct {
	Realm string
	Floor uint64
}

type imageOp struct {
	Begin *Entry
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

// Restore replaces the table by an image that was captured at index. A stuck replica refuses an image from before the entry that it could
// not follow. Clients that wait here go on waiting. After an error the core is as it was.
func (c *Core) Restore(b []byte, index uint64) error {
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
	c.Reset()
	c.index, c.epoch, c.number = index, img.Epoch, img.Number
	if c.broken(RuleImageEpoch) {
		c.epoch, c.number = 0, 0
	}
	for _, f := range img.Floors {
		c.floors[f.Realm] = f.Floor
	}
	for _, m := range img.Marks {
		if !c.broken(RuleImageMarks) {
			c.client(OpID(m.Client + "/0")).mark = m.Mark
		}
	}
	for _, r := range img.Ops {
		c.restoreOp(r)
	}
	return nil
}

func (img *image) check() error {
	if img.Version != imageVersion {
		return fmt.Errorf("version %d, want %d", img.Version, imageVersion)
	}
	for _, o := range img.Ops {
		if o.Begin == nil {
			return errors.New("an op without its Begin")
		}
		if _, _, ok := o.Begin.Op.Root(); !ok {
			return fmt.Errorf("op id %q", o.Begin.Op)
		}
	}
	return nil
}

func (c *Core) restoreOp(r imageOp) {
	o := newOp(r.Begin)
	o.done, o.client = true, c.client(o.id)
	c.ops[o.id] = o
	o.client.ops = append(o.client.ops, o)
	for _, w := range r.Owed {
		if c.broken(RuleImageOwed) {
			continue
		}
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

// encode makes the image of a table in which every op is done.
func (c *Core) encode() []byte {
	img := image{Version: imageVersion, Epoch: c.epoch, Number: c.number}
	for _, cl := range c.sorted() {
		img.Marks = append(img.Marks, imageMark{cl.name, cl.mark})
		for _, o := range cl.ops {
			img.Ops = append(img.Ops, o.image())
		}
	}
	for _, r := range slices.Sorted(maps.Keys(c.floors)) {
		img.Floors = append(img.Floors, imageFloor{r, c.floors[r]})
	}
	b, err := cbor.Marshal(img)
	if err != nil {
		panic(fmt.Sprintf("core: encode op table: %v", err)) // plain data always encodes
	}
	return b
}

func (o *op) image() imageOp {
	r := imageOp{Begin: o.begin}
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
