// Package contractapi has the declarations of github.com/hyperledger/fabric-contract-api-go/contractapi that contracts name.
package contractapi

import "github.com/hyperledger/fabric-chaincode-go/shim"

type TransactionContextInterface interface {
	GetStub() shim.ChaincodeStubInterface
}

type TransactionContext struct{ stub shim.ChaincodeStubInterface }

func (ctx *TransactionContext) SetStub(stub shim.ChaincodeStubInterface) { ctx.stub = stub }
func (ctx *TransactionContext) GetStub() shim.ChaincodeStubInterface     { return ctx.stub }

type ContractInterface interface {
	GetName() string
}

type Contract struct{ Name string }

func (c *Contract) GetName() string { return c.Name }

type ContractChaincode struct{}

func NewChaincode(contracts ...ContractInterface) (*ContractChaincode, error) { return nil, nil }

func (cc *ContractChaincode) Start() error { return nil }
