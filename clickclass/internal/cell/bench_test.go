package cell

import ("testing";"time";"net/netip")
func BenchmarkTime(b *testing.B){ for b.Loop() { Time("2026-09-28T10:40:01.5123456Z") } }
func BenchmarkStdTime(b *testing.B){ for b.Loop() { time.Parse(time.RFC3339,"2026-09-28T10:40:01.5123456Z") } }
func BenchmarkAddrs(b *testing.B){ for b.Loop() { Addrs("198.51.100.7") } }
func BenchmarkAddrs6(b *testing.B){ for b.Loop() { Addrs("2001:db8:12:34::17") } }
func BenchmarkStdAddr(b *testing.B){ for b.Loop() { netip.ParseAddr("198.51.100.7") } }
