package profile

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

const sdkTypes = "github.com/cosmos/cosmos-sdk/types"

// abciPaths are CometBFT's and Tendermint's messages between consensus and application.
var abciPaths = []string{"github.com/cometbft/cometbft/abci/types", "github.com/cometbft/cometbft/api/cometbft/abci", "github.com/tendermint/tendermint/abci/types"}

// hooks are functions and methods that every node runs for each block, transaction, packet or genesis; the first parameter is a context.
var hooks = []string{
	"AnteHandle", "BeginBlock", "BeginBlocker", "EndBlock", "EndBlocker", "InitGenesis", "OnAcknowledgementPacket", "OnChanCloseConfirm",
	"OnChanCloseInit", "OnChanOpenAck", "OnChanOpenConfirm", "OnChanOpenInit", "OnChanOpenTry", "OnRecvPacket", "OnTimeoutPacket",
	"PostHandle", "PreBlock", "PreBlocker", "PrepareCheckState",
}

// applications are an ABCI application's methods whose outcome every node must agree on.
var applications = []string{"DeliverTx", "FinalizeBlock", "InitChain", "ProcessProposal"}

// cosmosEntries are the methods of message servers, the hooks of modules and of the application, and upgrades.
func cosmosEntries(s *search) {
	for _, n := range s.messageServers() {
		for _, t := range s.implementing(n.Underlying().(*types.Interface)) {
			for m := range n.Underlying().(*types.Interface).Methods() {
				if fn := s.method(t, m); fn != nil && m.Exported() {
					s.add(fn, "")
				}
			}
		}
	}
	for _, d := range s.decls {
		if !d.generated && hook(d.obj) {
			s.add(d.fn, "")
		}
	}
	s.sites(func(site ssa.CallInstruction) {
		f := called(site.Common())
		if f == nil || f.Name() != "SetUpgradeHandler" && f.Name() != "RegisterMigration" {
			return
		}
		for _, fn := range handedOn(site.Common()) {
			if len(fn.Params) > 0 {
				s.add(fn, "")
			}
		}
	})
	s.noneFound("no own type is a message server, and no own function is a block hook, an ante handler, a genesis or an upgrade")
}

// messageServers are the interfaces MsgServer of own packages and of those that they import.
func (s *search) messageServers() []*types.Named {
	seen := map[*types.Package]bool{}
	var out []*types.Named
	look := func(p *types.Package) {
		if seen[p] {
			return
		}
		seen[p] = true
		tn, ok := p.Scope().Lookup("MsgServer").(*types.TypeName)
		if !ok {
			return
		}
		if n, ok := types.Unalias(tn.Type()).(*types.Named); ok && types.IsInterface(n) {
			out = append(out, n)
		}
	}
	for _, p := range s.pkgs {
		look(p.Types)
		for _, imp := range p.Types.Imports() {
			look(imp)
		}
	}
	return out
}

func hook(f *types.Func) bool {
	first := param(f, 0)
	if slices.Contains(applications, f.Name()) {
		return slices.ContainsFunc([]int{0, 1}, func(i int) bool { return fromABCI(param(f, i)) })
	}
	return slices.Contains(hooks, f.Name()) && first != nil && is(first, "Context", sdkTypes, "context")
}

func fromABCI(t types.Type) bool {
	if t == nil {
		return false
	}
	n := named(t)
	return n != nil && within(n.Obj().Pkg(), abciPaths...)
}

// stored is a family of stores.
type stored struct {
	paths   []string
	methods []string
	state   string // "" for the name of the type
}

// stores are the types through which modules write what the application hash covers.
var stores = []stored{
	{[]string{"github.com/cosmos/cosmos-sdk/store/...", "cosmossdk.io/store/...", "cosmossdk.io/core/store", "github.com/cosmos/cosmos-sdk/types"},
		[]string{"Set", "Delete"}, "KVStore"},
	{[]string{"cosmossdk.io/collections/..."}, []string{"Set", "Remove", "Clear", "Next", "Push", "Pop", "Replace"}, ""},
	{[]string{"github.com/cosmos/cosmos-sdk/x/params/types"}, []string{"Set", "SetParamSet", "SetWithSubkey", "Update", "UpdateWithSubkey"}, "params"},
	{[]string{"github.com/cosmos/cosmos-sdk/store/types", "cosmossdk.io/store/types", "cosmossdk.io/core/gas"}, []string{"ConsumeGas", "RefundGas", "Consume", "Refund"}, "gas"},
}

// changing are the first words of a keeper's methods that change its state.
var changing = []string{
	"Accept", "Activate", "Add", "Allocate", "Append", "Apply", "Burn", "Cancel", "Charge", "Claim", "Clear", "Close",
	"Collect", "Complete", "Convert", "Create", "Deactivate", "Decrease", "Deduct", "Delegate", "Delete", "Deposit", "Dequeue",
	"Disable", "Distribute", "Enable", "End", "Enqueue", "Escrow", "Execute", "Finalize", "Fund", "Grant", "Import",
	"Increase", "Increment", "Init", "Initialize", "Insert", "Jail", "Liquidate", "Lock", "Migrate", "Mint", "Pay", "Pop",
	"Process", "Prune", "Push", "Put", "Record", "Redelegate", "Redeem", "Refund", "Register", "Release", "Remove", "Replace",
	"Reset", "Revoke", "Save", "Schedule", "Send", "Set", "Settle", "Slash", "Store", "Submit", "Swap", "Tombstone", "Track",
	"Transfer", "Unbond", "Undelegate", "Unjail", "Unlock", "Update", "Upgrade", "Vote", "Withdraw", "Write",
}

func cosmosWrite(f *types.Func, _ *ssa.CallCommon) (string, bool) {
	recv := f.Signature().Recv()
	if recv == nil {
		return "", false
	}
	for _, st := range stores {
		if within(f.Pkg(), st.paths...) && slices.Contains(st.methods, f.Name()) && !builder(recv.Type()) {
			if st.state != "" {
				return st.state, true
			}
			return receiver(f), true
		}
	}
	if keeper(f) && slices.ContainsFunc(changing, func(verb string) bool { return firstWord(f.Name(), verb) }) {
		return receiver(f), true
	}
	return "", false
}

// builder: package types of the SDK has types with a Set that are no stores.
func builder(t types.Type) bool {
	n := named(t)
	return n != nil && within(n.Obj().Pkg(), sdkTypes) && !strings.HasSuffix(n.Obj().Name(), "Store")
}

// keeper says that f is a method of another module's keeper: of an interface that is named after it, or of the SDK's own modules.
func keeper(f *types.Func) bool {
	t := f.Signature().Recv().Type()
	first := param(f, 0)
	if first == nil || !is(first, "Context", sdkTypes, "context") || !strings.HasSuffix(receiver(f), "Keeper") {
		return false
	}
	return types.IsInterface(t) || within(f.Pkg(), "github.com/cosmos/cosmos-sdk/x/...", "cosmossdk.io/x/...", "github.com/cosmos/ibc-go/...")
}

// firstWord says that a name in mixed caps begins with the word.
func firstWord(name, word string) bool {
	rest, ok := strings.CutPrefix(name, word)
	return ok && (rest == "" || rest[0] < 'a' || rest[0] > 'z')
}
