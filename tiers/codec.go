package tiers

import "github.com/fxamacker/cbor/v2"

// stable encodes equal values to equal bytes.
var stable = must(cbor.CoreDetEncOptions().EncMode())

// lenient decodes what stable encoded: text may be any bytes, as metadata is, and images are large.
var lenient = must(cbor.DecOptions{
	UTF8: cbor.UTF8DecodeInvalid, MaxArrayElements: 1 << 30, MaxMapPairs: 1 << 30,
}.DecMode())

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
