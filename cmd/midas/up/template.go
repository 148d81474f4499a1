package up

import (
	"fmt"
	"strings"
	"text/template"

	"github.com/midas-tiers/midas/analysis/topology"
)

// Replica is what the templates of a topology may name.
type Replica struct {
	Tier    string
	Replica int    // 1..n
	Addr    string // where it serves
	Peer    string // where it listens for other replicas
	Data    string // its data folder
}

// expander expands the templates of one replica. It keeps the first error.
type expander struct {
	topology *topology.Topology
	replica  Replica
	err      error
}

// expand returns what text stands for; field says where it comes from.
func (x *expander) expand(field, text string) string {
	if !strings.Contains(text, "{{") {
		return text
	}
	t, err := template.New(field).Option("missingkey=error").Funcs(template.FuncMap{"addr": x.addr, "peer": x.peer}).Parse(text)
	var out strings.Builder
	if err == nil {
		err = t.Execute(&out, x.replica)
	}
	if err != nil && x.err == nil {
		x.err = fmt.Errorf("%s %q: %w", field, text, err)
	}
	return out.String()
}

func (x *expander) addr(tier string, replica int) (string, error) {
	m, err := x.member(tier, replica)
	return m.Addr, err
}

func (x *expander) peer(tier string, replica int) (string, error) {
	m, err := x.member(tier, replica)
	return m.Peer, err
}

func (x *expander) member(tier string, replica int) (topology.Replica, error) {
	t := x.topology.Tiers[tier]
	if t == nil {
		return topology.Replica{}, fmt.Errorf("no tier %q", tier)
	}
	if replica < 1 || replica > len(t.Replicas) {
		return topology.Replica{}, fmt.Errorf("no replica %d of tier %s, which has %d", replica, tier, len(t.Replicas))
	}
	return t.Replicas[replica-1], nil
}
