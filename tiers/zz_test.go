package tiers
import ("testing";"os";"fmt")
func TestZZ(t *testing.T) {
	s := newShelf(t, styles[1], func(p *Place) { p.Lease = false })
	h := &history{s: s}
	defer func(){
		for _, a := range h.open { fmt.Println(a.op, a.method, a.at, a.call) }
		for _, id := range s.all { fmt.Println(id); s.nodes[id].core.Dump(os.Stdout); fmt.Printf("%+v\n", s.nodes[id].core.Stats()) }
	}()
	h.run(5)
}
