package tiers

import (
	"fmt"
	"strconv"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/midas-tiers/midas/tiers/core"
)

// A tier cannot remember every client for ever. It forgets the oldest ones, by the moment of birth that is part of their names, and
// refuses whoever was born before that: nothing tells any more whether such a client's request has run. To the tier a client is
// TIER:NAME@BIRTH, where TIER is the one that the client came to, so that the births of two tiers' clients are not compared, and BIRTH
// is in seconds of Unix time.

// session is a client's name and the numbers of its requests. It is safe for concurrent use.
type session struct {
	base string
	marks

	born  sync.Mutex
	birth uint64
}

func newSession(base string) *session {
	return &session{base: base, birth: uint64(time.Now().Unix())}
}

// name returns the session's name and its birth.
func (s *session) name() (string, uint64) {
	s.born.Lock()
	defer s.born.Unlock()
	return s.base + "@" + strconv.FormatUint(s.birth, 10), s.birth
}

// renew takes a new name in the place of the one with that birth, which a tier has forgotten: one born after the floor. The numbers go
// on, so that the mark tells the truth of both names.
func (s *session) renew(birth, floor uint64) {
	s.born.Lock()
	defer s.born.Unlock()
	if s.birth == birth {
		s.birth = max(uint64(time.Now().Unix()), floor+1, birth+1)
	}
}

// metaOpFloor is the trailer of a refusal: the client's name was born at or before it.
const metaOpFloor = "midas-op-floor"

// floorOf returns the floor in a trailer, 0 if there is none.
func floorOf(trailer metadata.MD) uint64 {
	text := trailer.Get(metaOpFloor)
	if len(text) == 0 {
		return 0
	}
	floor, _ := strconv.ParseUint(text[0], 10, 64)
	return floor
}

// refusal is what the client of a refused op gets to hear.
func (a answer) refusal() error {
	why := "it is below its client's low-water mark: it was answered or given up"
	if a.Floor > 0 {
		why = fmt.Sprintf("it is too old: the tier remembers no client born before %d, and whether it ran is not known", a.Floor+1)
	}
	return status.Errorf(codes.Aborted, "midas: operation %s is refused: %s", a.Op, why)
}

// inRealm is the op id of a client that names itself, among the clients of a tier.
func inRealm(tier, id string) core.OpID { return core.OpID(tier + ":" + id) }
