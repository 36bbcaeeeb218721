package kql
import ("testing";"os";"github.com/stretchr/testify/require")
func TestX(t *testing.T){
 for _,s:=range []Schema{Defender,Sentinel,ADX}{ for _,f:=range []Form{Short,Full,Lists}{
  o:=Options{Schema:s,Form:f}
  if f==Short {o.Tables=[]string{"signin","device"}}
  require.NoError(t,o.complete())
  q,err:=Query(o); if err!=nil{t.Log(err);
  r:=newRendering(o); _ = r }
  t.Log(s,f,len(q))
  os.WriteFile("/tmp/w/q_"+string(s)+"_"+string(f)+".kql",[]byte(q),0o644)
 }}
}
