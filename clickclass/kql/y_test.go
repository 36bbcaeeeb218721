package kql
import ("testing";"strings";"os")
func TestY(t *testing.T){
  o:=Options{Schema:Defender,Form:Short,Tables:[]string{"signin","device"}}
  o.complete(); r:=newRendering(o)
  var b strings.Builder; query.ExecuteTemplate(&b,"short.kql",r); s:=compact(b.String())
  os.WriteFile("/tmp/w/short.kql",[]byte(s),0o644)
  prev:=0; for _,m:=range []string{"let weights","let ranges","let address_of","let link_of","let clicks","let addresses","let signins","let own","let others","let done","let device","let facts","let reasons","let odds","facts\n"}{ i:=strings.Index(s,m); t.Log(i-prev,"before",m); prev=i}
  t.Log(len(s)-prev, len(s))
}
