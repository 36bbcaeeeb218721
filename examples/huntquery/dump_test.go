package main
import ("testing";"os";"time";"fmt";"sort";"github.com/stretchr/testify/require"
"github.com/whoclicked/whoclicked/examples/huntquery/internal/tenantfiles")
func TestDump(t *testing.T){
 e := newEngine(t)
 dir := "/tmp/w/forms/tmp/odd/x"
 os.MkdirAll(dir,0o755)
 require.NoError(t, newOdd(0,400).write(dir, "defender"))
 tn,err := tenantfiles.Read(dir); require.NoError(t,err)
 text,args := query(t,"defender",nil,nil,dir)
 as := e.run(t,text,args,dir,"defender",tn.Newest().Add(time.Hour))
 var g,q []string
 for _,k := range tn.Clicks { g=append(g,shortKey(&k)) }
 for _,k := range as { q=append(q,shortKey(&k.Click)) }
 sort.Strings(g);sort.Strings(q)
 m := map[string]int{}
 for _,x := range g {m[x]++}
 for _,x := range q {m[x]--}
 var l []string
 for k,n := range m { if n!=0 { l=append(l,fmt.Sprint(k," ",n)) } }
 sort.Strings(l)
 for _,x := range l[:20] {t.Log(x)}
}
