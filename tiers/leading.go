package tiers

import "github.com/midas-tiers/midas/tiers/core"

// watchLeader tells the core whom the log believes to lead.
func (n *node) watchLeader() {
	if leader := (*n.log.Load()).Leader(); leader != n.leader {
		n.leader = leader
		n.do(n.core.Leader(leader))
	}
}

// yield has another replica lead: this one is stuck, and orders nothing.
func (n *node) yield() {
	if log := *n.log.Load(); log.Leader() == n.place.Replica {
		log.Yield()
	}
}

// verify makes sure that this replica still leads: by the lease, if the tier trusts clocks and it holds, else by asking the others.
func (n *node) verify(token uint64) {
	log := *n.log.Load()
	if n.place.Lease && log.Lease() {
		n.later(func() []core.Output { return n.core.Verified(token) })
		return
	}
	log.Verify(func(leads bool) { n.ends.put(func() { n.verified(token, leads) }) })
}

// verified takes the log's answer. If the replica may lead all the same, the next tick asks again.
func (n *node) verified(token uint64, leads bool) {
	if leads {
		n.do(n.core.Verified(token))
	} else {
		n.unverified = token
	}
}

func (n *node) verifyAgain() {
	token := n.unverified
	n.unverified = 0
	if token != 0 && n.leader == n.place.Replica {
		n.verify(token)
	}
}
