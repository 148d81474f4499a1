package world

// target is a tier that a method calls.
type target struct {
	tier int
	leaf bool // the callee calls nobody
}

// A topology says what the methods of each tier call, one after the other, and toward which tiers clients send.
type topology struct {
	calls   [][]target
	entries []int
	circle  bool // its edges carry no offers
}

var topologies = map[string]topology{
	"one":     {calls: [][]target{nil}, entries: []int{0}},
	"chain2":  {calls: [][]target{{{tier: 1}}, nil}, entries: []int{0}},
	"chain3":  {calls: [][]target{{{tier: 1}}, {{tier: 2}}, nil}, entries: []int{0}},
	"chain4":  {calls: [][]target{{{tier: 1}}, {{tier: 2}}, {{tier: 3}}, nil}, entries: []int{0}},
	"twice":   {calls: [][]target{{{tier: 1}, {tier: 1}}, nil}, entries: []int{0}},
	"fan":     {calls: [][]target{{{tier: 1}, {tier: 2}}, nil, nil}, entries: []int{0}},
	"up2":     {calls: [][]target{{{tier: 2}}, {{tier: 2}}, nil}, entries: []int{0, 1}},
	"diamond": {calls: [][]target{{{tier: 1}, {tier: 2}}, {{tier: 3}}, {{tier: 3}}, nil}, entries: []int{0}},
	"circle":  {calls: [][]target{{{tier: 1}}, {{tier: 0, leaf: true}}}, entries: []int{0, 1}, circle: true},
	"self":    {calls: [][]target{{{tier: 0, leaf: true}}}, entries: []int{0}, circle: true},
}
