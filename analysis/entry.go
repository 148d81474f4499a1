package analysis

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/profile"
)

// entry is one method of a registered service implementation.
type entry struct {
	method string // full gRPC method
	fn     *ssa.Function
	impl   *types.Named
	values []ssa.Value // the implementation where it is registered
	sites  []ssa.CallInstruction
	tree   map[*ssa.Function]bool
}

func (p *program) entryOf(fn *ssa.Function) *entry {
	for _, e := range p.entries {
		if e.fn == fn {
			return e
		}
	}
	return nil
}

// findEntries looks for registrations of service implementations in own code.
func (p *program) findEntries() {
	for _, fn := range p.funcs {
		if !p.isOwn(fn) {
			continue
		}
		for in := range instructions(fn) {
			if site, ok := in.(ssa.CallInstruction); ok {
				p.registration(site)
			}
		}
	}
	slices.SortFunc(p.entries, func(a, b *entry) int { return strings.Compare(a.method, b.method) })
}

func (p *program) registration(site ssa.CallInstruction) {
	c := site.Common()
	f := calledFunc(c)
	if f == nil {
		return
	}
	switch {
	case isRegister(f):
		p.register(site, f.Signature().Params().At(1).Type(), c.Args[1])
	case f.Name() == "RegisterService" && f.Pkg() != nil && f.Pkg().Path() == "google.golang.org/grpc":
		args := c.Args[len(c.Args)-2:]
		t := profile.DescribedService(args[0])
		if t == nil {
			p.problem(site.Pos(), "", "the service that RegisterService registers is not known: its description is not a generated X_ServiceDesc")
			return
		}
		p.register(site, t, args[1])
	}
}

// isRegister recognises the RegisterXServer functions that protoc-gen-go-grpc writes.
func isRegister(f *types.Func) bool {
	sig := f.Signature()
	if !strings.HasPrefix(f.Name(), "Register") || !strings.HasSuffix(f.Name(), "Server") || sig.Recv() != nil || sig.Params().Len() != 2 {
		return false
	}
	switch types.TypeString(sig.Params().At(0).Type(), nil) {
	case "google.golang.org/grpc.ServiceRegistrar", "*google.golang.org/grpc.Server":
		return types.IsInterface(sig.Params().At(1).Type())
	}
	return false
}

func (p *program) register(site ssa.CallInstruction, service types.Type, impl ssa.Value) {
	found := p.concrete(impl)
	if len(found) == 0 {
		for m := range service.Underlying().(*types.Interface).Methods() {
			if m.Exported() {
				p.problem(site.Pos(), servedMethod(service, m), "the implementation that is registered here is not known")
			}
		}
	}
	for _, v := range found {
		p.addMethods(site, service, v)
	}
}

func (p *program) addMethods(site ssa.CallInstruction, service types.Type, impl ssa.Value) {
	named := namedType(impl.Type())
	if named == nil || named.Obj().Pkg() == nil || p.own[named.Obj().Pkg()] == nil {
		return // a library's service, such as health or reflection
	}
	for m := range service.Underlying().(*types.Interface).Methods() {
		if !m.Exported() {
			continue
		}
		sel := types.NewMethodSet(impl.Type()).Lookup(m.Pkg(), m.Name())
		if sel == nil {
			continue
		}
		target := sel.Obj().(*types.Func)
		if p.generated[p.fset.Position(target.Pos()).Filename] || p.own[target.Pkg()] == nil {
			continue // not implemented
		}
		method := servedMethod(service, m)
		fn := p.prog.MethodValue(sel)
		if p.served[method] == "" {
			p.served[method] = fn.String()
		}
		if !unary(m.Signature()) {
			p.problem(target.Pos(), method, "streaming method "+m.Name()+" is not supported yet")
			continue
		}
		p.addEntry(&entry{method: method, fn: fn, impl: named, values: []ssa.Value{impl}, sites: []ssa.CallInstruction{site}}, site)
	}
}

// servedMethod is the full gRPC method of a method of the interface XServer.
func servedMethod(service types.Type, m *types.Func) string {
	if name := fullMethod(service, "Server", m.Name()); name != "" {
		return name
	}
	n := namedType(service).Obj()
	return "/" + n.Pkg().Name() + "." + strings.TrimSuffix(n.Name(), "Server") + "/" + m.Name()
}

func (p *program) addEntry(e *entry, site ssa.CallInstruction) {
	for _, old := range p.entries {
		if old.method == e.method && old.fn == e.fn {
			old.values = append(old.values, e.values...)
			old.sites = append(old.sites, site)
			return
		}
		if old.method == e.method && old.impl != e.impl {
			p.problem(site.Pos(), e.method, "two implementations are registered for the method")
			return
		}
	}
	p.entries = append(p.entries, e)
}

func unary(sig *types.Signature) bool {
	return sig.Params().Len() == 2 && sig.Results().Len() == 2 && types.TypeString(sig.Params().At(0).Type(), nil) == "context.Context"
}

// receivers says what the receivers of entries hold, and those of methods that libraries look for.
func (p *program) receivers() map[ssa.Value][]ssa.Value {
	out := map[ssa.Value][]ssa.Value{}
	for _, e := range p.entries {
		out[e.fn.Params[0]] = append(out[e.fn.Params[0]], e.values...)
	}
	p.bindAsked(out)
	return out
}

// concrete traces an interface value to the values of concrete type that it can be.
func (p *program) concrete(v ssa.Value) []ssa.Value {
	var out []ssa.Value
	seen := map[ssa.Value]bool{}
	var walk func(v ssa.Value)
	walk = func(v ssa.Value) {
		if seen[v] {
			return
		}
		seen[v] = true
		if !types.IsInterface(v.Type()) {
			out = append(out, v)
			return
		}
		switch v := v.(type) {
		case *ssa.MakeInterface:
			walk(v.X)
		case *ssa.ChangeInterface:
			walk(v.X)
		case *ssa.TypeAssert:
			walk(v.X)
		case *ssa.Phi:
			for _, e := range v.Edges {
				walk(e)
			}
		case *ssa.Parameter:
			for _, a := range p.argumentsFor(v) {
				walk(a)
			}
		case *ssa.Call:
			for _, r := range p.returned(v, 0) {
				walk(r)
			}
		case *ssa.Extract:
			if c, ok := v.Tuple.(*ssa.Call); ok {
				for _, r := range p.returned(c, v.Index) {
					walk(r)
				}
			}
		}
	}
	walk(v)
	return out
}

func (p *program) argumentsFor(param *ssa.Parameter) []ssa.Value {
	fn := param.Parent()
	i := slices.Index(fn.Params, param)
	var out []ssa.Value
	for _, site := range p.callers[fn] {
		if args := site.Common().Args; !site.Common().IsInvoke() && i < len(args) {
			out = append(out, args[i])
		}
	}
	return out
}

func (p *program) returned(c *ssa.Call, i int) []ssa.Value {
	var out []ssa.Value
	for _, fn := range p.calls[c].bodies {
		for in := range instructions(fn) {
			if r, ok := in.(*ssa.Return); ok && i < len(r.Results) {
				out = append(out, r.Results[i])
			}
		}
	}
	return out
}
