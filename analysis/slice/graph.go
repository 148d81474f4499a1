package slice

// csr is a graph in compressed rows.
type csr struct {
	off []int32
	to  []uint32 // node, with its flow in the upper two bits
}

const nodeMask = 1<<30 - 1

func pack(to node, f flow) uint32 { return uint32(to) | uint32(f)<<30 }

func unpack(e uint32) (node, flow) { return node(e & nodeMask), flow(e >> 30) }

func (c *csr) out(n node) []uint32 { return c.to[c.off[n]:c.off[n+1]] }

// newCSR sorts edges by where they start.
func newCSR(n int32, edges []dependence) csr {
	off := make([]int32, n+2)
	for i := range edges {
		off[edges[i].from+2]++
	}
	for i := 2; i < len(off); i++ {
		off[i] += off[i-1]
	}
	to := make([]uint32, len(edges))
	for i := range edges {
		e := &edges[i]
		to[off[e.from+1]] = pack(e.to, e.flow)
		off[e.from+1]++
	}
	return csr{off: off[:n+1], to: to}
}
