package suppress

import (
	"fmt"
	"time"

	"github.com/midas-tiers/midas/analysis/report"
)

// rule is what a directive and a declaration have in common.
type rule struct {
	Pos    report.Position
	Kind   string // "" is any, in declarations
	Reason string
	Until  time.Time // the first moment at which it no longer holds; zero if it always does
	Fault  string    // why it cannot be, "" if it can
	used   bool
}

const dateLayout = "2006-01-02"

// expires sets the day after which the rule no longer holds, and says what is wrong with it.
func (r *rule) expires(date string) (fault string) {
	if date == "" {
		return ""
	}
	day, err := time.Parse(dateLayout, date)
	if err != nil {
		return fmt.Sprintf("until=%s is no date: write it as YYYY-MM-DD", date)
	}
	r.Until = day.AddDate(0, 0, 1)
	return ""
}

func (r *rule) expired(now time.Time) bool { return !r.Until.IsZero() && !now.Before(r.Until) }

// holds says that the rule may silence a finding of the kind now.
func (r *rule) holds(kind string, now time.Time) bool {
	return r.Fault == "" && !r.expired(now) && (r.Kind == "" || r.Kind == kind)
}

// complaint says what is wrong with the rule after all findings have been seen, "" if nothing is.
func (r *rule) complaint(now time.Time) string {
	switch {
	case r.Fault != "":
		return r.Fault
	case r.expired(now):
		return "expired after " + r.Until.AddDate(0, 0, -1).Format(dateLayout) + ": it no longer suppresses anything"
	case !r.used:
		return "suppresses nothing"
	}
	return ""
}
