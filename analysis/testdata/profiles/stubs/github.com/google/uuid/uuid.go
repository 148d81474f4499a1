// Package uuid has the declarations of github.com/google/uuid that services name.
package uuid

type UUID [16]byte

var Nil UUID
var NameSpaceOID = UUID{1}

func New() UUID                               { return UUID{} }
func NewString() string                       { return "" }
func NewRandom() (UUID, error)                { return UUID{}, nil }
func NewUUID() (UUID, error)                  { return UUID{}, nil }
func NewV7() (UUID, error)                    { return UUID{}, nil }
func NewSHA1(space UUID, data []byte) UUID    { return UUID{} }
func NewMD5(space UUID, data []byte) UUID     { return UUID{} }
func Parse(s string) (UUID, error)            { return UUID{}, nil }
func MustParse(s string) UUID                 { return UUID{} }
func FromBytes(b []byte) (uuid UUID, e error) { return UUID{}, nil }
func Must(uuid UUID, err error) UUID          { return uuid }

func (uuid UUID) String() string { return string(uuid[:]) }
