package midasrt

import (
	"errors"
	"fmt"
	"reflect"
)

// Effect is an external effect: f does something outside the tiers, such as a write to a database or a mail, and its result goes on in the
// handler. In an op it ends the sliver like a nested call, with Call.Effect and the call's Method set to name, until Resume brings the
// result that some replica's f gave; the handler gets the same value everywhere, whether f ran here or not. Only Perform runs f, once the
// host knows that the op stands. Without an op it is f(). site is for messages.
//
// f must hand on what it found by its result alone, and must not write what the handler or the state reads: it runs at one replica, or at
// several if one dies in between, and while other ops run. Sources inside it are not recorded, and nested calls inside it are refused.
// The result is encoded as recorded values are. An effect on a child strand, inside the value of a source, or inside a closure of the
// tape is a fault of the op, and so is a result that is not f's: the strand then waits for good.
func Effect[T any](site, name string, f func() T) (v T) {
	s := current()
	if s == nil || s.op.free {
		return f()
	}
	s.effect(site, name, reflect.ValueOf(&v).Elem(), func() reflect.Value {
		r := f()
		return reflect.ValueOf(&r).Elem()
	})
	return v
}

// Effect2 is Effect for functions of two results.
func Effect2[A, B any](site, name string, f func() (A, B)) (A, B) {
	r := Effect(site, name, func() (p pair[A, B]) { p.a, p.b = f(); return })
	return r.a, r.b
}

// Effect3 is Effect for functions of three results.
func Effect3[A, B, C any](site, name string, f func() (A, B, C)) (A, B, C) {
	r := Effect(site, name, func() (p triple[A, B, C]) { p.a, p.b, p.c = f(); return })
	return r.a, r.b, r.c
}

// effect waits for the result of f and sets v to it.
func (s *strand) effect(site, name string, v reflect.Value, f func() reflect.Value) {
	o := s.op
	err := s.refuse(name)
	if err == nil {
		c := &Call{Method: name, Effect: true}
		c.perform = func() ([]byte, error) { return s.perform(f) }
		o.hold(s, c)
		if o.await(c); c.failed != nil {
			fail(v, c.failed)
			return
		}
		if err = decodeResult(c.reply, v); err != nil {
			err = fmt.Errorf("result of type %v: %w", v.Type(), err)
		}
	}
	if err != nil {
		o.fail(fmt.Errorf("midasrt: op %s: effect %s at %s: %w", o.id, name, site, err))
		o.halt()
	}
}

// fail is what a handler gets from an effect that has no result: an error, if that is what it expects last, else a panic.
func fail(v reflect.Value, err error) {
	last := v
	if _, several := v.Addr().Interface().(results); several {
		last = field(v, v.NumField()-1)
	}
	if last.Type() != reflect.TypeFor[error]() {
		panic(err)
	}
	last.Set(reflect.ValueOf(err))
}

func decodeResult(b []byte, v reflect.Value) error {
	r := &reader{b: b}
	if err := decode(r, v); err != nil {
		return err
	}
	if len(r.b) > 0 {
		return fmt.Errorf("%d bytes left over", len(r.b))
	}
	return nil
}

// perform runs f, which belongs to no sliver, on the strand's goroutine, and encodes its result. A panic stays here: it would unwind the
// handler at this replica only.
func (s *strand) perform(f func() reflect.Value) (result []byte, err error) {
	free := NewOp(s.op.id, ModeVanilla)
	free.free = true
	defer adopt(newStrand(free, s.ctx, ""))()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	v := f()
	if result, err = encode(nil, v); err != nil {
		return nil, fmt.Errorf("result of type %v cannot be encoded: %w", v.Type(), err)
	}
	return result, nil
}

// ResumeFailed is Resume for an effect that has no result, because its function panicked or what it gave cannot be encoded. The handler
// gets an error that says so if an error is the last of the results that it expects, and panics with one otherwise. The reason has to be
// the same at every replica.
func (o *Op) ResumeFailed(callID, reason string) { o.resume(callID, nil, errors.New(reason)) }

// Perform makes the strand that waits in the effect run its function, which is no part of a sliver: the op stays quiet. It returns at
// once; done gets the encoded result, for Resume at every replica, or an error if the function panicked or its result cannot be encoded.
// done runs on the strand's goroutine. It is not called if the call has been answered, or the op abandoned, before the function has
// returned. A second Perform performs once more unless the call has been answered. If no strand waits in that effect, Perform does
// nothing.
func (o *Op) Perform(callID string, done func(result []byte, err error)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if c := o.parked[callID]; c != nil && c.Effect && !o.abandoned {
		c.asked = append(c.asked, done)
		c.wake()
	}
}

func (o *Op) carryOut(c *Call, done func([]byte, error)) {
	if o.over(c) {
		return
	}
	result, err := c.perform()
	if o.over(c) {
		return
	}
	if err != nil {
		err = fmt.Errorf("midasrt: op %s: effect %s: %w", o.id, c.Method, err)
	}
	done(result, err)
}

// over says that nobody wants c's result any more.
func (o *Op) over(c *Call) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return c.answered || o.abandoned
}
