package analysis
import ("testing";"context";"fmt";"os"
 "github.com/midas-tiers/midas/dictionary"
"golang.org/x/tools/go/ssa")
func TestDbg(t *testing.T){
 dir:=os.Getenv("DBG")
 if dir=="" {t.Skip()}
 d,_:=dictionary.Load()
 w,err:=load(context.Background(), Config{Dir:dir,Patterns:[]string{"."}})
 if err!=nil {t.Fatal(err)}
 p:=newProgram(w,d); p.solve()
 for _,fn:=range p.funcs { for in:=range instructions(fn){ if m,ok:=in.(*ssa.MakeMap);ok { for _,a:=range p.graph.Of(m) { fmt.Println(p.fset.Position(m.Pos()), m.Type(), "held by"); for _,h:=range p.graph.Holders(a.Obj){fmt.Println("   ",h.Obj.Type,h.Path,h.Obj.Origin,p.fset.Position(h.Obj.Pos))}}}}}
}
