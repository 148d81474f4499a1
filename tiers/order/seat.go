package order

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/raft"
)

// Seat is a place in the group, as the group has agreed on it: it says whose log a replica's vote belongs to. A log that takes over a
// replica's seat is another server to the engine, so that one whose log is lost never votes twice.
type Seat struct {
	Replica int
	Since   uint64 // rises with each log that takes over the replica's seat; 0: the group began with this one
	Log     string // names the log; "" if Since is 0
	Addr    string // where the replica listens for its peers
	Voter   bool   // false while the log catches up
}

// Seats are a group's, as the log says up to what is committed here.
type Seats struct {
	Index uint64 // of the change that made them so; 0: nothing is known yet
	All   []Seat
}

// Of is the seat of a replica. It may have none, for as long as one log has gone and the next has not come.
func (s Seats) Of(replica int) (Seat, bool) {
	for _, seat := range s.All {
		if seat.Replica == replica {
			return seat, true
		}
	}
	return Seat{}, false
}

// Same says that both are one log's.
func (s Seat) Same(o Seat) bool {
	return s.Replica == o.Replica && s.Since == o.Since && s.Log == o.Log
}

// server is the engine's name of a seat: REPLICA or REPLICA.SINCE.LOG.
func (s Seat) server() raft.ServerID {
	if s.Since == 0 {
		return raft.ServerID(strconv.Itoa(s.Replica))
	}
	return raft.ServerID(fmt.Sprintf("%d.%d.%s", s.Replica, s.Since, s.Log))
}

// seatOf is the seat that a name of the engine stands for.
func seatOf(id raft.ServerID) Seat {
	replica, rest, _ := strings.Cut(string(id), ".")
	since, log, _ := strings.Cut(rest, ".")
	s := Seat{Log: log}
	s.Replica, _ = strconv.Atoi(replica)
	s.Since, _ = strconv.ParseUint(since, 10, 64)
	return s
}

func seatsOf(index uint64, c raft.Configuration) Seats {
	all := Seats{Index: index}
	for _, server := range c.Servers {
		s := seatOf(server.ID)
		s.Addr, s.Voter = string(server.Address), server.Suffrage == raft.Voter
		all.All = append(all.All, s)
	}
	return all
}
