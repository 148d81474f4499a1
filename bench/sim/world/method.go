package world

// A method is named CLASS SHAPE KEY.
//
// Classes say which slivers of an op draw: C all, D none, M the last, N all but the last, S those which the state says, Y all, and a draw
// decides whether the op calls at all. R is a read: it draws nothing and writes nothing.
//
// Shapes: c calls as the topology says, f makes the first two calls at once from two strands and joins, e performs an external effect
// and then calls, l calls nobody, r reads.
type method struct {
	class, shape byte
	key          int
}

const maxKeys = 4

const (
	classes = "CDMNSYR"
	shapes  = "cfelr"
)

// names of all methods, so that none is made anew.
var names = func() (t [256][256][maxKeys]string) {
	for _, c := range []byte(classes) {
		for _, s := range []byte(shapes) {
			for k := range maxKeys {
				t[c][s][k] = string([]byte{c, s, byte('0' + k)})
			}
		}
	}
	return t
}()

func (m method) name() string { return names[m.class][m.shape][m.key] }

// effectName is what an external effect is called.
const effectName = "effect"

func methodOf(name string) method { return method{name[0], name[1], int(name[2] - '0')} }

func (m method) drawsFirst() bool { return m.class != 'D' && m.class != 'M' && m.class != 'R' }

func (m method) drawsLast() bool { return m.class != 'D' && m.class != 'N' && m.class != 'R' }

// step is one call of a method.
type step struct {
	target
	id     string
	effect bool
}

const maxCalls = 3

var numbers = [maxCalls + 1]string{"", "1", "2", "3"}

// stepsOf are the calls of a method of a shape at a tier that calls these.
func stepsOf(to []target, shape byte) []step {
	if shape == 'l' || shape == 'r' {
		return nil
	}
	var list []step
	if shape == 'e' {
		list = append(list, step{id: "1", effect: true})
	}
	if shape == 'f' && len(to) == 1 {
		to = []target{to[0], to[0]}
	}
	if len(to) == 0 {
		shape = 'c'
	}
	for i, x := range to {
		if len(list) == maxCalls {
			break
		}
		s := step{target: x, id: numbers[len(list)+1]}
		if shape == 'f' {
			s.id = []string{"a1", "b1", "c1"}[i]
		}
		list = append(list, s)
	}
	return list
}

// number is the place of a call in its method's steps, from 1; 0 for none.
func number(steps []step, call string) int {
	for i := range steps {
		if steps[i].id == call {
			return i + 1
		}
	}
	return 0
}
