// Package types has the declarations of github.com/cosmos/cosmos-sdk/types that modules name.
package types

import (
	"context"
	"time"

	storetypes "cosmossdk.io/store/types"
)

type AccAddress []byte

func (a AccAddress) String() string { return string(a) }

type Coin struct {
	Denom  string
	Amount int64
}

type Coins []Coin

func NewCoins(coins ...Coin) Coins                 { return coins }
func NewInt64Coin(denom string, amount int64) Coin { return Coin{denom, amount} }

type Event struct{ Type string }

type EventManager struct{ events []Event }

func (m *EventManager) EmitEvent(e Event) { m.events = append(m.events, e) }

type Context struct {
	context.Context
	stores map[storetypes.StoreKey]storetypes.KVStore
	height int64
	now    time.Time
	em     *EventManager
}

func UnwrapSDKContext(ctx context.Context) Context { return ctx.(Context) }

func (c Context) KVStore(key storetypes.StoreKey) storetypes.KVStore { return c.stores[key] }
func (c Context) BlockHeight() int64                                 { return c.height }
func (c Context) BlockTime() time.Time                               { return c.now }
func (c Context) EventManager() *EventManager                        { return c.em }

type Msg interface{ ProtoMessage() }

type Tx interface{ GetMsgs() []Msg }

type AnteHandler func(ctx Context, tx Tx, simulate bool) (newCtx Context, err error)

type AnteDecorator interface {
	AnteHandle(ctx Context, tx Tx, simulate bool, next AnteHandler) (newCtx Context, err error)
}

func Uint64ToBigEndian(i uint64) []byte { return []byte{byte(i >> 56), byte(i)} }
