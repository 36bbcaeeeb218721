package safelinks

// Trend Micro: the service, and appliances under names of their own.
var trendMicro = wrapper{
	kind: TrendMicro, hosts: []string{"ctp.trendmicro.com", "*-ctp.trendmicro.com", ".ctp.trendmicro.com"}, paths: []string{"/wis/clicktime/"},
	unwrap: byParam("url"),
	keep:   []string{"url"}, words: []string{"wis", "clicktime", "v1", "query", "v2", "clickthrough"},
}
