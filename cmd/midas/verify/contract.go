package verify

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/midas-tiers/midas/tiers"
)

// contract is what a copy serves.
type contract struct {
	methods []*method // as the copy's description has them
	byName  map[string]*method
	types   *dynamicpb.Types
}

// method is one method of the contract.
type method struct {
	tiers.Served
	part          int                            // of the copy, that serves it
	input, output protoreflect.MessageDescriptor // nil if the method cannot be driven
	why           string                         // it cannot be driven
}

// newContract puts together what the tiers of a copy serve. A method that several serve is asked of the first.
func newContract(all ...tiers.Description) (*contract, error) {
	var set descriptorpb.FileDescriptorSet
	known := make(map[string]bool)
	for _, d := range all {
		var more descriptorpb.FileDescriptorSet
		if err := proto.Unmarshal(d.Files, &more); err != nil {
			return nil, fmt.Errorf("read the contracts: %w", err)
		}
		for _, f := range more.File {
			if !known[f.GetName()] {
				known[f.GetName()] = true
				set.File = append(set.File, f)
			}
		}
	}
	files, err := protodesc.FileOptions{AllowUnresolvable: true}.NewFiles(&set)
	if err != nil {
		return nil, fmt.Errorf("read the contracts: %w", err)
	}
	c := &contract{byName: make(map[string]*method), types: dynamicpb.NewTypes(files)}
	for part, d := range all {
		for _, served := range d.Methods {
			if c.byName[served.Name] != nil {
				continue
			}
			m := &method{Served: served, part: part}
			m.describe(files)
			c.methods = append(c.methods, m)
			c.byName[m.Name] = m
		}
	}
	return c, nil
}

// describe finds the method's messages.
func (m *method) describe(files *protoregistry.Files) {
	name := strings.ReplaceAll(strings.TrimPrefix(m.Name, "/"), "/", ".")
	found, err := files.FindDescriptorByName(protoreflect.FullName(name))
	d, ok := found.(protoreflect.MethodDescriptor)
	switch {
	case m.Refused != "":
		m.why = m.Refused
	case err != nil || !ok:
		m.why = "the program has no descriptor of its contract"
	case d.Input().IsPlaceholder() || d.Output().IsPlaceholder():
		m.why = "the descriptor of its contract lacks a message"
	case m.Addr == "":
		m.why = "its server does not serve"
	default:
		m.input, m.output = d.Input(), d.Output()
	}
}

// obstacle is why none of the methods can be driven.
func (c *contract) obstacle(left map[string]string) error {
	for _, m := range c.methods {
		if why := cmp.Or(left[m.Name], m.why); why != "" {
			return fmt.Errorf("%s: %s", m.Name, why)
		}
	}
	return errors.New("the service has none")
}

// driven are the methods that requests can be sent to, but those left out.
func (c *contract) driven(left map[string]string) []*method {
	var out []*method
	for _, m := range c.methods {
		if m.input != nil && left[m.Name] == "" {
			out = append(out, m)
		}
	}
	return out
}
