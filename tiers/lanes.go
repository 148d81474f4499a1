package tiers

// job is work that does not hold up the loop.
type job struct {
	alone bool   // no other job runs meanwhile: it reads or replaces the whole state
	work  func() // on a goroutine of its own; nil if there is none
	then  func() // in the loop, when work is done
}

// lanes are the jobs of a node. Which slivers may run beside one another is the core's to say; what works on the whole state waits for
// all of them, and what comes later waits for that.
type lanes struct {
	queue []job
	busy  int
	alone bool // the one that runs wants no other
}

// launch starts the job, as soon as it may.
func (n *node) launch(j job) {
	n.lanes.queue = append(n.lanes.queue, j)
	n.startJobs()
}

func (n *node) startJobs() {
	l := &n.lanes
	for len(l.queue) > 0 && !l.alone && (l.busy == 0 || !l.queue[0].alone) {
		j := l.queue[0]
		l.queue = l.queue[1:]
		l.busy++
		l.alone = j.alone
		n.spawn(func() {
			if j.work != nil {
				j.work()
			}
			n.ends.put(func() { n.endJob(j) })
		})
	}
}

func (n *node) endJob(j job) {
	n.lanes.busy--
	n.lanes.alone = false
	j.then()
	n.startJobs()
}
