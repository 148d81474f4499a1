package tiers

import (
	"cmp"
	"fmt"
	"net"
	"slices"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
)

// Description is what a replica serves.
type Description struct {
	Methods []Served // of the services that analysis has treated, sorted by name
	// Files is an encoded google.protobuf.FileDescriptorSet with the contracts of these services, as far as the program has them linked in,
	// and all that they import. A file comes after those that it imports.
	Files []byte
}

// Served is one method.
type Served struct {
	Name          string // full: "/shop.Orders/Place"
	Stream        bool
	Refused       string // why a replica does not run it, "" if it does
	Network, Addr string // where it is served; "" as long as its server does not serve
}

// address is where a server serves, noted before its replica joins or while it runs.
func (s *services) address(server *grpc.Server, addr net.Addr) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.addrs == nil {
		s.addrs = make(map[*grpc.Server]net.Addr)
	}
	s.addrs[server] = addr
}

func (s *services) describe() (Description, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	var d Description
	for _, m := range s.methods {
		d.Methods = append(d.Methods, s.served(m.server, Served{Name: m.name, Refused: m.refused}))
	}
	for name, server := range s.streams {
		d.Methods = append(d.Methods, s.served(server, Served{Name: name, Stream: true, Refused: "streaming methods are not replicated"}))
	}
	slices.SortFunc(d.Methods, func(a, b Served) int { return cmp.Compare(a.Name, b.Name) })
	c := contracts{seen: make(map[string]bool)}
	for _, name := range s.names {
		if found, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(name)); err == nil {
			c.add(found.ParentFile())
		}
	}
	var err error
	if d.Files, err = proto.Marshal(&c.files); err != nil {
		err = fmt.Errorf("encode the contracts: %w", err)
	}
	return d, err
}

func (s *services) served(server *grpc.Server, m Served) Served {
	if a := s.addrs[server]; a != nil {
		m.Network, m.Addr = a.Network(), a.String()
	}
	return m
}

// contracts collects files in the order of their imports.
type contracts struct {
	files descriptorpb.FileDescriptorSet
	seen  map[string]bool
}

func (c *contracts) add(f protoreflect.FileDescriptor) {
	if f.IsPlaceholder() || c.seen[f.Path()] {
		return
	}
	c.seen[f.Path()] = true
	for i := range f.Imports().Len() {
		c.add(f.Imports().Get(i).FileDescriptor)
	}
	c.files.File = append(c.files.File, protodesc.ToFileDescriptorProto(f))
}
