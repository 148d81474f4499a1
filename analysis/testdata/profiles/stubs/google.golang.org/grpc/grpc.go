// Package grpc has the declarations of google.golang.org/grpc that generated code names.
package grpc

import "context"

type (
	Server           struct{}
	ServerOption     interface{}
	CallOption       interface{}
	ServiceRegistrar interface{ RegisterService(*ServiceDesc, any) }
	MethodDesc       struct {
		MethodName string
	}
	ServiceDesc struct {
		ServiceName string
		HandlerType any
		Methods     []MethodDesc
	}
)

type ClientConnInterface interface {
	Invoke(ctx context.Context, method string, args, reply any, opts ...CallOption) error
}

func NewServer(opt ...ServerOption) *Server               { return nil }
func (s *Server) RegisterService(sd *ServiceDesc, ss any) {}
