package core

// bug is a rule that tests break, to show that they see it. The zero value breaks none.
type bug uint8

const (
	bugNone               bug = iota
	bugSkipConflictWait       // a sliver does not wait for unsettled footprints
	bugForgetDedup            // a Begin of a known op starts it again
	bugDropForward            // a reply does not return which offered request was taken
	bugChosenByReplica        // the chosen one is known by its replica's number, not by the execution id
	bugEarlyReply             // a client is answered before the Settle, wherever it waits
	bugFamilyExempt           // slivers of one client request do not wait for one another
	bugForgetOwing            // an op is forgotten although it owes a callback
	bugMarkRaw                // nested requests carry the client's mark as it is
	bugResumeNoOutcome        // the choice among offered replies is not in the Resume
	bugForgetUnsettled        // an op is forgotten when it has replied, settled or not
	bugNoCallback             // an offered reply is never answered
	bugNoOutputNoSettle       // a sliver that emits nothing is not settled
	bugNestedReplyWaits       // a nested reply waits for its Settle, which waits for the callback
	bugSettleNoReply          // what a replica that followed answers to duplicates is its own execution's reply
	bugNoMark                 // requests below the mark run
	bugMarkAlone              // a mark refuses descendants of an op in flight here
	bugForgetAnswered         // an op is forgotten when it is done
	bugBarrierHoldsFamily     // a barrier holds descendants too
	bugNoUnbarrier            // a barrier is never abandoned
	bugSelfSettle             // an offer that waits too long is settled in its own log
)

func (c *Core) broken(b bug) bool { return b != bugNone && c.bug == b }
