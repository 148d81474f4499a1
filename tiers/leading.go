package tiers

import "github.com/midas-tiers/midas/tiers/core"

// watchLeader tells the core whom the log believes to lead. A replica that is elected again in another term may not have noticed that it
// did not lead in between: it is told that it does not, and then that it does, so that it claims the lead anew.
func (n *node) watchLeader() {
	log := *n.log.Load()
	term := log.Term() // before the leader: should an election come in between, the next look sees another term
	leader := log.Leader()
	if leader == n.leader && (leader != n.place.Replica || term == n.term) {
		return
	}
	if leader == n.leader {
		n.do(n.core.Leader(0))
	}
	n.leader, n.term = leader, term
	n.do(n.core.Leader(leader))
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
	if n.place.Lease && log.Lease() && log.Term() == n.term {
		n.later(func() []core.Output { return n.core.Verified(token) })
		return
	}
	log.Verify(func(leads bool) { n.ends.put(func() { n.verified(token, leads) }) })
}

// verified takes the log's answer, which counts for the term in which the core was told that this replica leads. If it may lead all the
// same, the next tick asks again.
func (n *node) verified(token uint64, leads bool) {
	if leads && (*n.log.Load()).Term() == n.term {
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
