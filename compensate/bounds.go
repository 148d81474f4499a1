package compensate

import "fmt"

// Bounds on what a corrupt input can ask for.
const (
	maxObject    = 1 << 32 // elements of one object
	maxArray     = 1 << 26 // elements or bytes of an array whose type has no name
	maxTypeDepth = 100     // of types without names
)

// spare is how many bytes of new memory an encoding may ask for beyond a multiple of its length: capacities of slices, mostly. It is
// there so that a corrupt input cannot ask for endless memory.
const spare = 1 << 32

// expansion is how many bytes of new memory one byte of an encoding may stand for, at the least.
const expansion = 1 << 10

// maxNesting bounds interfaces whose values have interfaces whose values and so on, without a pointer between.
const maxNesting = 1 << 14

var (
	errRoom    = fmt.Errorf("%w: it asks for more memory than its length can stand for", errFormat)
	errNesting = fmt.Errorf("interfaces in interfaces, more than %d deep", maxNesting)
)

// charge notes that size bytes of memory are to be made.
func (d *decoder) charge(size uint64) error {
	if size > d.room {
		return errRoom
	}
	d.room -= size
	return nil
}
