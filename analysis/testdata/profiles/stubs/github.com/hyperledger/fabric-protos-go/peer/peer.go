// Package peer has the declarations of github.com/hyperledger/fabric-protos-go/peer that chaincode names.
package peer

type Response struct {
	Status  int32
	Message string
	Payload []byte
}
