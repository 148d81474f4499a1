// Package grpc has the declarations of github.com/cosmos/gogoproto/grpc that generated code names.
package grpc

import "google.golang.org/grpc"

type Server interface {
	RegisterService(sd *grpc.ServiceDesc, handler interface{})
}
