package profile

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// workflowPaths are the packages of Temporal's and Cadence's SDK in which workflow.Context and its functions are declared.
var workflowPaths = []string{"go.temporal.io/sdk/workflow", "go.temporal.io/sdk/internal", "go.uber.org/cadence/workflow", "go.uber.org/cadence/internal"}

// workflowEntries are own functions and methods whose first parameter is a workflow.Context, those left out that own code only calls;
// and literals that are registered.
func workflowEntries(s *search) {
	helpers := s.onlyCalled()
	for _, d := range s.decls {
		if first := param(d.obj, 0); first != nil && is(first, "Context", workflowPaths...) && !helpers[d.obj] {
			s.add(d.fn, "")
		}
	}
	s.sites(func(site ssa.CallInstruction) {
		f := called(site.Common())
		if f == nil || !strings.HasPrefix(f.Name(), "RegisterWorkflow") {
			return
		}
		for _, fn := range handedOn(site.Common()) {
			if fn.Parent() != nil && len(fn.Params) > 0 && is(fn.Params[0].Type(), "Context", workflowPaths...) {
				s.add(fn, "")
			}
		}
	})
	s.noneFound("no own function's first parameter is a workflow.Context")
}

// onlyCalled are the own functions that own code calls and never uses otherwise.
func (s *search) onlyCalled() map[*types.Func]bool {
	calls, others := map[*types.Func]bool{}, map[*types.Func]bool{}
	for _, p := range s.pkgs {
		for _, file := range p.Syntax {
			fun := map[*ast.Ident]bool{}
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr:
					switch f := ast.Unparen(n.Fun).(type) {
					case *ast.Ident:
						fun[f] = true
					case *ast.SelectorExpr:
						fun[f.Sel] = true
					}
				case *ast.Ident:
					if f, ok := p.TypesInfo.Uses[n].(*types.Func); ok && fun[n] {
						calls[f.Origin()] = true
					} else if ok {
						others[f.Origin()] = true
					}
				}
				return true
			})
		}
	}
	for f := range others {
		delete(calls, f)
	}
	return calls
}

// commands are the functions of package workflow that add a command to the workflow's history.
var commands = []string{
	"GetVersion", "MutableSideEffect", "NewTimer", "NewTimerWithOptions", "SideEffect", "SideEffectWithOptions", "Sleep", "UpsertMemo",
	"UpsertSearchAttributes", "UpsertTypedSearchAttributes",
}

func workflowWrite(f *types.Func, _ *ssa.CallCommon) (string, bool) {
	return "history", f.Signature().Recv() == nil && within(f.Pkg(), workflowPaths...) && slices.Contains(commands, f.Name())
}

// workflowNested recognises what starts an activity or child workflow, or sends another workflow a signal.
func workflowNested(f *types.Func, site *ssa.CallCommon) (string, bool) {
	if f.Signature().Recv() != nil || !within(f.Pkg(), workflowPaths...) {
		return "", false
	}
	switch f.Name() {
	case "ExecuteActivity", "ExecuteLocalActivity", "ExecuteChildWorkflow":
		if fns := handedOn(site); len(fns) > 0 {
			return fns[0].Name(), true
		}
	case "SignalExternalWorkflow", "RequestCancelExternalWorkflow":
	default:
		return "", false
	}
	if name := constantText(site); name != "" {
		return name, true
	}
	return "workflow." + f.Name(), true
}

// workflowRecorded: a side effect runs once, and the history keeps its result.
func workflowRecorded(f *types.Func) bool {
	return within(f.Pkg(), workflowPaths...) && strings.Contains(f.Name(), "SideEffect")
}
