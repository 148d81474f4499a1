package core

import "slices"

// Rule is a rule of the protocol that a simulator breaks, to show that it sees it. The zero value breaks none.
type Rule uint8

// The rules. A comment says what happens when one is broken.
const (
	RuleNone              Rule = iota
	RuleConflictWait           // a sliver does not wait for unsettled footprints
	RuleDedup                  // a Begin of a known op starts it again
	RuleForward                // a reply does not return which offered request was taken
	RuleExecutionID            // the chosen one is known by its replica's number, not by the execution id
	RuleFamilyWaits            // slivers of one client request do not wait for one another
	RuleForgetOwing            // an op is forgotten although it owes a callback
	RuleMarkFor                // nested requests carry the client's mark as it is
	RuleForgetUnsettled        // an op is forgotten when it has replied, settled or not
	RuleCallback               // an offered reply is never answered
	RuleNoOutputSettles        // a sliver that emits nothing is not settled
	RuleNestedReplyOffers      // a nested reply waits for its Settle, which waits for the callback
	RuleSettleReply            // what a replica that followed answers to duplicates is its own execution's reply
	RuleMark                   // requests below the mark run
	RuleMarkFamily             // a mark refuses descendants of an op in flight here
	RuleForgetMarked           // an op is forgotten when it is done
	RuleDrainFamily            // while the leader drains for an image it holds descendants too
	RuleDrainEnds              // draining is never given up
	RuleOfferWaits             // an offer that waits too long is settled in its own log
	RuleFence                  // entries count whatever their epoch and number
	RuleHold                   // what a leader's execution emits leaves before its entry is in the log
	RuleRebuild                // a leader whose speculation is void keeps it
	RuleLeadApplied            // a replica leads as soon as it believes so, its Lead entry applied or not
	RuleReadIndex              // a follower reads at once
	RuleReadVerify             // a leader reads without making sure that it still leads
	RuleReadWaits              // a read does not wait for unsettled footprints
	RuleReadDurable            // a read does not wait until what it may have seen is in the log
	RuleLanesApart             // lanes run slivers whose footprints meet
	RuleEffectDurable          // an external effect is performed before its sliver is settled and in the log
	RuleExpireSettled          // a call is given up although its sliver is not settled
	RuleExpireCloses           // an offered reply to a call that was given up is never answered
	RuleFloor                  // requests of forgotten clients run
	RuleFloorFor               // nested requests carry the floor as it is
	RuleImageMarks             // images hold no marks
	RuleImageOwed              // images hold no owed callbacks
	RuleImageEpoch             // images do not hold the epoch
	RuleSplit                  // the choice among offered replies waits until its sliver can run
	RuleFanOffers              // requests are offered although their sliver emits several
	RuleLeadAnew               // a replica that lost the lead and is believed again goes on in its old epoch
)

var ruleNames = []string{
	"none", "conflict-wait", "dedup", "forward", "execution-id", "family-waits", "forget-owing", "mark-for", "forget-unsettled", "callback",
	"no-output-settles", "nested-reply-offers", "settle-reply", "mark", "mark-family", "forget-marked", "drain-family", "drain-ends",
	"offer-waits", "fence", "hold", "rebuild", "lead-applied", "read-index", "read-verify", "read-waits", "read-durable", "lanes-apart",
	"effect-durable", "expire-settled", "expire-closes", "floor", "floor-for", "image-marks", "image-owed", "image-epoch", "split", "fan-offers", "lead-anew",
}

func (r Rule) String() string { return ruleNames[r] }

// Rules lists the names of the rules that can be broken.
func Rules() []string { return slices.Clone(ruleNames[1:]) }

// RuleOf finds a rule by its name.
func RuleOf(name string) (Rule, bool) {
	i := slices.Index(ruleNames, name)
	return Rule(max(i, 0)), i > 0
}

func (c *Core) broken(r Rule) bool { return c.cfg.Break == r && r != RuleNone }
