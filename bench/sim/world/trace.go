package world

import (
	"encoding/binary"
	"errors"
	"slices"
)

// What an outcome carries, as whole numbers: values drawn, or locations and values written.

const (
	traceDrawn  = 0
	traceWrites = 1
)

func encodeDrawn(drawn []int64) []byte {
	b := make([]byte, 1, 1+8*len(drawn))
	b[0] = traceDrawn
	for _, v := range drawn {
		b = binary.LittleEndian.AppendUint64(b, uint64(v))
	}
	return b
}

// encodeWrites notes the last value of each location that was written contaminated.
func encodeWrites(st *state, touches []touch) []byte {
	b := make([]byte, 1, 1+16*len(touches))
	b[0] = traceWrites
	for _, t := range touches {
		if t.contam {
			b = binary.LittleEndian.AppendUint64(b, uint64(t.loc))
			b = binary.LittleEndian.AppendUint64(b, uint64(st.get(t.loc)))
		}
	}
	return b
}

func encodeCells(cells []int64) []byte {
	b := make([]byte, 0, 8*len(cells))
	for _, v := range cells {
		b = binary.LittleEndian.AppendUint64(b, uint64(v))
	}
	return b
}

var errTrace = errors.New("trace does not decode")

func decodeNumbers(b []byte, into []int64) ([]int64, error) {
	if len(b)%8 != 0 {
		return into, errTrace
	}
	into = slices.Grow(into, len(b)/8)
	for ; len(b) > 0; b = b[8:] {
		into = append(into, int64(binary.LittleEndian.Uint64(b)))
	}
	return into, nil
}
