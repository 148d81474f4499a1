// Package slidespb holds the contracts of the slides' example. The Go code is generated from slides.proto.
package slidespb

//go:generate protoc --go_out=. --go_opt=paths=source_relative --go-grpc_out=. --go-grpc_opt=paths=source_relative slides.proto
