package compensate

import "reflect"

// DumpOf returns the plain values of a state that Encode wrote, with their paths, and leaves s as it is. What Encode leaves out
// (connections, loggers) is absent. Comparing it with another Dump tells where two replicas differ.
func (s *State) DumpOf(encoded []byte) ([]Leaf, error) {
	blank := &State{types: s.types}
	for _, r := range s.roots {
		blank.roots = append(blank.roots, root{r.name, reflect.New(r.ptr.Type().Elem())})
	}
	if err := blank.Decode(encoded); err != nil {
		return nil, err
	}
	return blank.Dump()
}
