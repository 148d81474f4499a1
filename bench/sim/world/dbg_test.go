package world
import ("testing";"os";"strings";"fmt")
func TestPlayFile(t *testing.T){
 cfg,err:=Parse(*conf); if err!=nil{t.Fatal(err)}
 s:=NewSimulation(cfg)
 b,_:=os.ReadFile(os.Getenv("EV"))
 var ev []string
 for l:=range strings.Lines(string(b)){ if i:=strings.Index(l,"world_test.go:54: ");i>=0{ev=append(ev,strings.TrimSpace(l[i+18:]))}}
 dbgOp=os.Getenv("OP")
 fmt.Println(s.Play(*start,ev))
}
