package profile

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

var (
	shimPaths     = []string{"github.com/hyperledger/fabric-chaincode-go/shim", "github.com/hyperledger/fabric/core/chaincode/shim"}
	contractPaths = []string{"github.com/hyperledger/fabric-contract-api-go/contractapi"}
)

// contractMethods are those of contractapi.ContractInterface and its companions, by which a contract describes itself.
var contractMethods = []string{
	"GetAfterTransaction", "GetBeforeTransaction", "GetEvaluateTransactions", "GetIgnoredFunctions", "GetInfo", "GetName",
	"GetTransactionContextHandler", "GetUnknownTransaction",
}

// fabricEntries are Init and Invoke of chaincodes, and the exported methods of contracts.
func fabricEntries(s *search) {
	for _, d := range s.decls {
		recv := d.obj.Signature().Recv()
		if recv == nil {
			continue
		}
		first := param(d.obj, 0)
		switch {
		case (d.obj.Name() == "Init" || d.obj.Name() == "Invoke") && first != nil && is(first, "ChaincodeStubInterface", shimPaths...):
			s.add(d.fn, "")
		case d.obj.Exported() && contract(recv.Type()) && !slices.Contains(contractMethods, d.obj.Name()):
			s.add(d.fn, "")
		}
	}
	s.noneFound("no own type is a chaincode of the shim or a contract of contractapi")
}

// contract says that the type embeds contractapi.Contract, perhaps through another struct.
func contract(t types.Type) bool {
	n := named(t)
	if n == nil {
		return false
	}
	st, ok := n.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range st.Fields() {
		if f.Embedded() && (is(f.Type(), "Contract", contractPaths...) || contract(f.Type())) {
			return true
		}
	}
	return false
}

// ledgerWrites are the methods of the chaincode stub that end up in a transaction's write set, by what they write.
var ledgerWrites = map[string]string{
	"DelPrivateData":                    "private data",
	"DelState":                          "ledger",
	"PurgePrivateData":                  "private data",
	"PutPrivateData":                    "private data",
	"PutState":                          "ledger",
	"SetEvent":                          "event",
	"SetPrivateDataValidationParameter": "private data",
	"SetStateValidationParameter":       "ledger",
}

func fabricWrite(f *types.Func, _ *ssa.CallCommon) (string, bool) {
	if !within(f.Pkg(), shimPaths...) || f.Signature().Recv() == nil {
		return "", false
	}
	state, ok := ledgerWrites[f.Name()]
	return state, ok
}

// fabricNested recognises the call of another chaincode.
func fabricNested(f *types.Func, site *ssa.CallCommon) (string, bool) {
	if f.Name() != "InvokeChaincode" || !within(f.Pkg(), shimPaths...) {
		return "", false
	}
	if name := constantText(site); name != "" {
		return name, true
	}
	return "InvokeChaincode", true
}
