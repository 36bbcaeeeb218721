package kql
import ("testing";"strings")
func TestY(t *testing.T){
 for _,tb:=range [][]string{nil,{},{"signin"},{"signin","DeviceEvents"}}{
  o:=Options{Schema:Defender,Form:Short,Tables:tb}
  o.complete(); r:=newRendering(o); tot:=0
  for _,s:=range r.steps(){ var b strings.Builder; query.ExecuteTemplate(&b,s,r); n:=len(compact(b.String())); tot+=n; t.Log(s,n)}
  t.Log(tb,tot)
 }
}
