// Package converter has the declarations of go.temporal.io/sdk/converter that workflows name.
package converter

type EncodedValue interface {
	HasValue() bool
	Get(valuePtr interface{}) error
}
