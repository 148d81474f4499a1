package profile

import (
	"go/constant"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

const grpcPath = "google.golang.org/grpc"

// grpcEntries are the methods, streams too, of the implementations that own code registers.
func grpcEntries(s *search) {
	s.sites(func(site ssa.CallInstruction) {
		c := site.Common()
		f := called(c)
		if f == nil {
			return
		}
		switch {
		case registers(f):
			s.served(param(f, 1), c.Args[len(c.Args)-1])
		case f.Name() == "RegisterService" && within(f.Pkg(), grpcPath) && len(c.Args) >= 2:
			if t := DescribedService(c.Args[len(c.Args)-2]); t != nil {
				s.served(t, c.Args[len(c.Args)-1])
			} else {
				s.note(site.Pos(), "the service that RegisterService registers is not known: its description is not a generated X_ServiceDesc")
			}
		}
	})
	s.noneFound("no gRPC service is registered")
}

// registers recognises the RegisterXServer functions that protoc-gen-go-grpc writes.
func registers(f *types.Func) bool {
	sig := f.Signature()
	if !strings.HasPrefix(f.Name(), "Register") || !strings.HasSuffix(f.Name(), "Server") || sig.Recv() != nil || sig.Params().Len() != 2 {
		return false
	}
	to := param(f, 0)
	return (is(to, "ServiceRegistrar", grpcPath) || is(to, "Server", grpcPath)) && types.IsInterface(param(f, 1))
}

// DescribedService is the interface XServer that belongs to the generated variable X_ServiceDesc, nil if desc is none.
func DescribedService(desc ssa.Value) types.Type {
	g, ok := desc.(*ssa.Global)
	if !ok {
		return nil
	}
	name, ok := strings.CutSuffix(strings.TrimPrefix(g.Name(), "_"), "_ServiceDesc")
	if !ok {
		name, ok = strings.CutSuffix(strings.TrimPrefix(g.Name(), "_"), "_serviceDesc")
	}
	if !ok {
		return nil
	}
	if t, ok := g.Pkg.Pkg.Scope().Lookup(name + "Server").(*types.TypeName); ok {
		return t.Type()
	}
	return nil
}

// served adds the methods of the implementation of a service; of every own type that fits if the implementation cannot be followed.
func (s *search) served(service types.Type, impl ssa.Value) {
	iface, ok := service.Underlying().(*types.Interface)
	if !ok {
		return
	}
	impls, known := concrete(impl, map[ssa.Value]bool{})
	if !known {
		impls = s.implementing(iface)
	}
	for _, t := range impls {
		for m := range iface.Methods() {
			if fn := s.method(t, m); m.Exported() && fn != nil {
				s.add(fn, servedMethod(service, m.Name()))
			}
		}
	}
}

// implementing lists the own types that implement the interface, as pointers where they must be.
func (s *search) implementing(iface *types.Interface) []types.Type {
	var out []types.Type
	for _, n := range s.namedTypes() {
		switch {
		case types.IsInterface(n):
		case types.Implements(n, iface):
			out = append(out, n)
		case types.Implements(types.NewPointer(n), iface):
			out = append(out, types.NewPointer(n))
		}
	}
	return out
}

// concrete lists the types that an interface value has where it was made; false if one of them is not known.
func concrete(v ssa.Value, seen map[ssa.Value]bool) ([]types.Type, bool) {
	if seen[v] {
		return nil, true
	}
	seen[v] = true
	if !types.IsInterface(v.Type()) {
		return []types.Type{v.Type()}, true
	}
	switch v := v.(type) {
	case *ssa.MakeInterface:
		return []types.Type{v.X.Type()}, true
	case *ssa.ChangeInterface:
		return concrete(v.X, seen)
	case *ssa.Phi:
		return concretes(v.Edges, seen)
	case *ssa.Call:
		return returned(v.Call.StaticCallee(), 0, seen)
	case *ssa.Extract:
		if c, ok := v.Tuple.(*ssa.Call); ok {
			return returned(c.Call.StaticCallee(), v.Index, seen)
		}
	}
	return nil, false
}

func concretes(vs []ssa.Value, seen map[ssa.Value]bool) ([]types.Type, bool) {
	var out []types.Type
	for _, v := range vs {
		ts, ok := concrete(v, seen)
		if !ok {
			return nil, false
		}
		out = append(out, ts...)
	}
	return out, true
}

func returned(fn *ssa.Function, i int, seen map[ssa.Value]bool) ([]types.Type, bool) {
	if fn == nil || len(fn.Blocks) == 0 {
		return nil, false
	}
	var results []ssa.Value
	for _, b := range fn.Blocks {
		if r, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && i < len(r.Results) {
			results = append(results, r.Results[i])
		}
	}
	return concretes(results, seen)
}

// servedMethod is the full gRPC method of a method of the interface XServer.
func servedMethod(service types.Type, method string) string {
	if name := fullMethod(service, "Server", method); name != "" {
		return name
	}
	return guessedMethod(service, "Server", method)
}

func guessedMethod(t types.Type, suffix, method string) string {
	n := named(t)
	if n == nil || n.Obj().Pkg() == nil {
		return ""
	}
	return "/" + n.Obj().Pkg().Name() + "." + strings.TrimSuffix(n.Obj().Name(), suffix) + "/" + method
}

// fullMethod finds the constant X_M_FullMethodName that protoc-gen-go-grpc writes beside type XClient or XServer.
func fullMethod(t types.Type, suffix, method string) string {
	n := named(t)
	if n == nil || n.Obj().Pkg() == nil {
		return ""
	}
	service, ok := strings.CutSuffix(n.Obj().Name(), suffix)
	if !ok || service == "" {
		return ""
	}
	for _, name := range []string{service, strings.ToUpper(service[:1]) + service[1:]} {
		if k, ok := n.Obj().Pkg().Scope().Lookup(name + "_" + method + "_FullMethodName").(*types.Const); ok {
			return constant.StringVal(k.Val())
		}
	}
	return ""
}

// grpcNested recognises calls of generated client stubs, of ClientConn.Invoke and NewStream, and messages on client streams.
func grpcNested(f *types.Func, site *ssa.CallCommon) (string, bool) {
	sig := f.Signature()
	if sig.Recv() == nil {
		return "", false
	}
	t := sig.Recv().Type()
	switch {
	case within(f.Pkg(), grpcPath) && (f.Name() == "Invoke" || f.Name() == "NewStream") && takesOptions(sig):
		if m := constantText(site); m != "" {
			return m, true
		}
		return "/?/" + f.Name(), true
	case takesOptions(sig):
		if m := fullMethod(t, "Client", f.Name()); m != "" {
			return m, true
		}
		return guessedMethod(t, "Client", f.Name()), true
	case sends[f.Name()] && clientStream(t):
		return guessedMethod(t, "Client", f.Name()), true
	}
	return "", false
}

// sends are the methods of a client's stream that send.
var sends = map[string]bool{"Send": true, "SendMsg": true, "CloseSend": true, "CloseAndRecv": true}

// clientStream says that the type has the methods by which grpc.ClientStream differs from others.
func clientStream(t types.Type) bool {
	set := types.NewMethodSet(t)
	return set.Lookup(nil, "CloseSend") != nil && set.Lookup(nil, "Trailer") != nil && set.Lookup(nil, "RecvMsg") != nil
}

func takesOptions(sig *types.Signature) bool {
	if !sig.Variadic() {
		return false
	}
	last, ok := sig.Params().At(sig.Params().Len() - 1).Type().(*types.Slice)
	return ok && is(last.Elem(), "CallOption", grpcPath)
}
