package analysis

import (
	"fmt"
	"go/types"
	"slices"
	"strings"
)

// notes are one-line remarks on what was analysed, for the user of a command.
func (p *program) notes() []string {
	if len(p.entries) > 0 {
		return nil
	}
	found := p.implementations()
	if len(found) == 0 {
		return []string{"no gRPC service is registered in these packages: there is nothing to replicate (-profile func -roots REGEXP analyses other code)"}
	}
	return []string{fmt.Sprintf("no registered service was found in these packages, though %s implements one: name the main package that registers it too",
		strings.Join(found, ", "))}
}

// implementations are the own types that implement a generated service, sorted.
func (p *program) implementations() []string {
	var out []string
	for _, pkg := range p.pkgs {
		services := p.services(pkg.Types)
		for _, name := range pkg.Types.Scope().Names() {
			t, ok := pkg.Types.Scope().Lookup(name).(*types.TypeName)
			if !ok || types.IsInterface(t.Type()) || p.generated[p.fset.Position(t.Pos()).Filename] {
				continue
			}
			implements := func(s *types.Interface) bool { return types.Implements(types.NewPointer(t.Type()), s) }
			if slices.ContainsFunc(services, implements) {
				out = append(out, pkg.Name+"."+name)
			}
		}
	}
	slices.Sort(out)
	return out
}

// services are the interfaces that the generated functions RegisterXServer of the package and its imports take.
func (p *program) services(pkg *types.Package) []*types.Interface {
	var out []*types.Interface
	for _, from := range append(pkg.Imports(), pkg) {
		for _, name := range from.Scope().Names() {
			if f, ok := from.Scope().Lookup(name).(*types.Func); ok && isRegister(f) {
				out = append(out, f.Signature().Params().At(1).Type().Underlying().(*types.Interface))
			}
		}
	}
	return out
}
