package tiers

import (
	"fmt"
	"runtime"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// decoder is what grpc gives a method's handler to read the request with.
func decoder(request []byte) func(any) error {
	return func(v any) error {
		m := messageOf(v)
		if m == nil {
			return status.Errorf(codes.Internal, "midas: decode request: %T: %v", v, errNotProto)
		}
		if err := proto.Unmarshal(request, m); err != nil {
			return status.Errorf(codes.Internal, "midas: decode request: %v", err)
		}
		return nil
	}
}

// transportStream collects the headers and trailers that a handler sets.
type transportStream struct {
	method          string
	header, trailer metadata.MD
}

func (s *transportStream) Method() string { return s.method }

func (s *transportStream) SetHeader(md metadata.MD) error {
	s.header = metadata.Join(s.header, md)
	return nil
}

func (s *transportStream) SendHeader(md metadata.MD) error { return s.SetHeader(md) }

func (s *transportStream) SetTrailer(md metadata.MD) error {
	s.trailer = metadata.Join(s.trailer, md)
	return nil
}

// panicked describes a panic of a handler; it is called by the function that recovered it.
func panicked(method string, value any) error {
	return status.Errorf(codes.Internal, "panic in %s: %v (%s)", method, value, panicPosition())
}

// panicPosition is the file and line that panicked: the first frame below the runtime's that is not the runtime's own.
func panicPosition() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
	panicking := false
	for {
		f, more := frames.Next()
		switch {
		case f.Function == "runtime.gopanic":
			panicking = true
		case panicking && !strings.HasPrefix(f.Function, "runtime."):
			return fmt.Sprintf("%s:%d", f.File, f.Line)
		}
		if !more {
			return "unknown position"
		}
	}
}
