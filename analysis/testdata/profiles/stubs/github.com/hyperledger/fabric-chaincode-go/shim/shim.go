// Package shim has the declarations of github.com/hyperledger/fabric-chaincode-go/shim that chaincode names.
package shim

import (
	pb "github.com/hyperledger/fabric-protos-go/peer"
	"google.golang.org/protobuf/types/known/timestamppb"
)

type Chaincode interface {
	Init(stub ChaincodeStubInterface) pb.Response
	Invoke(stub ChaincodeStubInterface) pb.Response
}

type ChaincodeStubInterface interface {
	GetArgs() [][]byte
	GetStringArgs() []string
	GetFunctionAndParameters() (string, []string)
	GetTxID() string
	GetChannelID() string
	InvokeChaincode(chaincodeName string, args [][]byte, channel string) pb.Response
	GetState(key string) ([]byte, error)
	PutState(key string, value []byte) error
	DelState(key string) error
	GetPrivateData(collection, key string) ([]byte, error)
	PutPrivateData(collection string, key string, value []byte) error
	CreateCompositeKey(objectType string, attributes []string) (string, error)
	GetCreator() ([]byte, error)
	GetTxTimestamp() (*timestamppb.Timestamp, error)
	SetEvent(name string, payload []byte) error
}

const (
	OK    = 200
	ERROR = 500
)

func Start(cc Chaincode) error { return nil }

func Success(payload []byte) pb.Response { return pb.Response{Status: OK, Payload: payload} }
func Error(msg string) pb.Response       { return pb.Response{Status: ERROR, Message: msg} }
