// Package shoppb holds the contracts between the tiers of the shop: Front, Orders and Stock. The Go code is generated from
// shop.proto.
package shoppb

//go:generate protoc --go_out=. --go_opt=paths=source_relative --go-grpc_out=. --go-grpc_opt=paths=source_relative shop.proto
