// Package timestamppb has the declarations of google.golang.org/protobuf/types/known/timestamppb that services name.
package timestamppb

import "time"

type Timestamp struct {
	Seconds int64
	Nanos   int32
}

func Now() *Timestamp                  { return New(time.Now()) }
func New(t time.Time) *Timestamp       { return &Timestamp{Seconds: t.Unix(), Nanos: int32(t.Nanosecond())} }
func (x *Timestamp) AsTime() time.Time { return time.Unix(x.Seconds, int64(x.Nanos)).UTC() }
