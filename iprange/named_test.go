package iprange_test

import (
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/iprange"
)

// namedCounts has the number of different prefixes of each embedded list of named
// ranges, counted in the documents with Python's ipaddress module; of hosts, the
// number of patterns.
var namedCounts = map[string]int{
	"amazon web services ipv4 2026-08-22": 1752, "amazon web services ipv6 2026-08-22": 2107,
	"google ipv4 2026-08-22": 97, "google ipv6 2026-08-22": 15,
	"oracle cloud ipv4 2026-08-22": 793,
	"digitalocean ipv4 2026-08-22": 181, "digitalocean ipv6 2026-08-22": 53,
	"linode ipv4 2026-08-22": 240, "linode ipv6 2026-08-22": 39,
	"vultr ipv4 2026-08-22": 124 - 3, "vultr ipv6 2026-08-22": 27 - 1, // without the documentation's
	"cloudflare ipv4 2026-08-22": 15, "cloudflare ipv6 2026-08-22": 7,
	"crawlers 2026-08-21": 1806, "monitoring services 2026-08-21": 1250,
	"security copilot ipv4 2026-11-29":     25,
	"zscaler.net 2026-11-29":               840,                                                // 673 ranges and the addresses of the VPN service
	"icloud private relay ipv4 2026-08-22": 3290, "icloud private relay ipv6 2026-08-22": 3708, // blocks of 48 bits or less
	"defender for cloud apps hosts 2026-08-19": 16,
	"named ranges": 17,
}

func TestNamedRangesHaveTheirNumbers(t *testing.T) {
	got := map[string]map[string]bool{}
	for m := range iprange.Default().Entries() {
		if m.Layer != iprange.LayerKnown {
			continue
		}
		if got[m.List] == nil {
			got[m.List] = map[string]bool{}
		}
		if m.Prefix.IsValid() {
			got[m.List][m.Prefix.String()] = true
		} else {
			got[m.List][m.Pattern] = true
		}
	}
	counts := map[string]int{}
	for list, all := range got {
		counts[list] = len(all)
	}
	assert.Equal(t, namedCounts, counts)
}

// TestNamedRangesOfDocuments looks up every prefix of the plain lists.
func TestNamedRangesOfDocuments(t *testing.T) {
	tests := []struct {
		files, service string
		kind           iprange.Kind
		people         iprange.People
	}{
		{"clouds/amazon_*", "Amazon Web Services", iprange.KindCloud, iprange.PeoplePossible},
		{"clouds/google_*", "Google", iprange.KindCloud, iprange.PeoplePossible},
		{"clouds/oracle_*", "Oracle Cloud", iprange.KindCloud, iprange.PeoplePossible},
		{"clouds/digitalocean_*", "DigitalOcean", iprange.KindCloud, iprange.PeoplePossible},
		{"clouds/linode_*", "Linode", iprange.KindCloud, iprange.PeoplePossible},
		{"clouds/vultr_*", "Vultr", iprange.KindCloud, iprange.PeoplePossible},
		{"clouds/cloudflare_*", "Cloudflare", iprange.KindProxy, iprange.PeoplePossible},
		{"proxies/icloud-*", "iCloud Private Relay", iprange.KindPersonEgress, iprange.PeopleYes},
		{"crawlers/bingbot-*", "Bingbot", iprange.KindCrawler, iprange.PeopleNone},
		{"crawlers/security-copilot-*", "Security Copilot", iprange.KindSecurity, iprange.PeopleNone},
	}
	documentation := []string{"192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"}
	for _, tt := range tests {
		t.Run(tt.service, func(t *testing.T) {
			published(t, filepath.Dir(tt.files))
			files, err := filepath.Glob(filepath.Join(dataDir, tt.files))
			require.NoError(t, err)
			require.NotEmpty(t, files)
			for _, file := range files {
				data, err := os.ReadFile(file)
				require.NoError(t, err)
				for line := range strings.Lines(string(data)) {
					fields := strings.Fields(line)
					text := fields[len(fields)-1]
					if fields[0] == "#" || slices.Contains(documentation, text) {
						continue
					}
					prefix := netip.MustParsePrefix(text)
					found := 0
					for _, m := range iprange.Default().Lookup(prefix.Addr()).All() {
						if m.Service == tt.service && m.Kind == tt.kind && m.People == tt.people && m.Prefix.Overlaps(prefix) && m.Prefix.Bits() <= prefix.Bits() {
							found++
						}
					}
					require.NotZero(t, found, prefix)
					best, _ := iprange.Default().Lookup(prefix.Addr()).Best()
					if tt.kind == iprange.KindPersonEgress {
						require.Equal(t, tt.service, best.Service, prefix)
					}
				}
			}
		})
	}
}

// TestCrawlersOutrankAzure: no crawler is a machine that anyone can rent, wherever
// it runs.
func TestCrawlersOutrankAzure(t *testing.T) {
	inAzure := map[string]int{}
	for _, file := range []string{"ipverse-crawlers-2026-08-21.json", "ipverse-monitoring-2026-08-21.json"} {
		data, err := os.ReadFile(published(t, "crawlers/"+file))
		require.NoError(t, err)
		var doc struct {
			Services map[string]struct{ IPv4, IPv6 []string }
		}
		require.NoError(t, json.Unmarshal(data, &doc))
		require.NotEmpty(t, doc.Services)
		for name, s := range doc.Services {
			for _, text := range slices.Concat(s.IPv4, s.IPv6) {
				addr := netip.MustParsePrefix(text).Addr()
				m := iprange.Default().Lookup(addr)
				best, _ := m.Best()
				require.NotEqual(t, iprange.KindCloud, best.Kind, "%s %s", name, text)
				for _, x := range m.All() {
					if x.Tag == "AzureCloud" && strings.HasPrefix(x.List, "servicetags public ") {
						inAzure[file]++
						break
					}
				}
			}
		}
	}
	// Counted in the documents with Python's ipaddress module.
	assert.Equal(t, map[string]int{"ipverse-crawlers-2026-08-21.json": 610, "ipverse-monitoring-2026-08-21.json": 5}, inAzure)
}

func TestOrderOfNamedRanges(t *testing.T) {
	tests := []struct {
		name, addr, service string
		kind                iprange.Kind
		people              iprange.People
	}{
		{"crawler in Azure", "40.77.167.1", "Bingbot", iprange.KindCrawler, iprange.PeopleNone},
		{"assistant in Azure", "4.151.71.176", "ChatGPT-User", iprange.KindCrawler, iprange.PeoplePossible},
		{"Security Copilot in Azure", "4.251.29.9", "Security Copilot", iprange.KindSecurity, iprange.PeopleNone},
		{"crawler in Google", "66.249.66.1", "Googlebot", iprange.KindCrawler, iprange.PeopleNone},
		{"monitoring in a rented cloud", "3.105.133.239", "UptimeRobot", iprange.KindCrawler, iprange.PeopleNone},
		{"rented machine", "45.76.1.1", "Vultr", iprange.KindCloud, iprange.PeoplePossible},
		{"private relay in Cloudflare", "104.28.28.1", "iCloud Private Relay", iprange.KindPersonEgress, iprange.PeopleYes},
		{"Cloudflare", "104.16.0.1", "Cloudflare", iprange.KindProxy, iprange.PeoplePossible},
		{"Zscaler", "147.161.156.9", "Zscaler", iprange.KindProxy, iprange.PeoplePossible},
		{"product", "52.112.103.113", "Microsoft Teams", iprange.KindTeams, iprange.PeopleNone},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := lookup(tt.addr)
			best, _ := m.Best()
			assert.Equal(t, tt.service, best.Service)
			assert.Equal(t, tt.kind, best.Kind)
			assert.Equal(t, tt.people, best.People)
			assert.Equal(t, tt.people, m.People())
		})
	}
}

func TestHostsOfDefenderForCloudApps(t *testing.T) {
	best, found := iprange.Default().LookupHost("contoso.sharepoint.com.mcas.ms").Best()
	require.True(t, found)
	assert.Equal(t, "Defender for Cloud Apps", best.Service)
	assert.Equal(t, iprange.KindProxy, best.Kind)
	assert.Equal(t, "*.mcas.ms", best.Pattern)
	assert.Zero(t, iprange.Default().LookupHost("mcas.ms").Len())
}

func TestReadNamedRanges(t *testing.T) {
	tests := []struct {
		name, file, text string
		list             string
		skipped          int
		matches          string // address or host
		service          string
	}{
		{"plain", "amazon_ipv4_2026-09-01.txt", "3.0.0.0/15\r\n\r\n# made up\n3.4.0.0/14\n", "amazon web services ipv4 2026-09-01", 0, "3.5.0.1", "Amazon Web Services"},
		{"plain, both families", "vultr.txt", "45.76.0.0/16\n2001:19f0::/32\nx\n1 2 45.77.0.0/16\n", "vultr ipv4", 3, "45.76.0.1", "Vultr"},
		{"plain, documentation", "vultr.txt", "2001:19f0::/32\n2001:db8::/32\n", "vultr ipv6", 0, "2001:19f0::1", "Vultr"},
		{"plain with regions", "security-copilot-egress.txt", "# Security Copilot\neastus 48.211.114.168/29\nwestus 172.178.185.8/29\n", "security copilot ipv4", 0, "172.178.185.9", "Security Copilot"},
		{"private relay is widened", "icloud-private-relay-v6.txt", "2a02:26f7:b00a:4000::/64\n", "icloud private relay ipv6", 0, "2a02:26f7:b00a::1", "iCloud Private Relay"},
		{"crawlers", "new-2026-09-01.json", `{"services":{"NewBot":{"source_url":"https://bot.example/ips","ipv4":["192.0.2.0/24","x"],"ipv6":null},"Bad":7}}`, "crawlers 2026-09-01", 2, "192.0.2.1", "NewBot"},
		{"monitoring", "x.json", `{"services":{"UptimeRobot":{"ipv4":[],"ipv6":["2001:db8::/32"]}}}`, "monitoring services", 0, "2001:db8::1", "UptimeRobot"},
		{"Zscaler", "x.json", `{"zscaler.net":{"continent : EMEA":{"city : A":[{"range":"192.0.2.0/24"},{"range":""}],"city : B":7}},"svpnIPs":["198.51.100.1"]}`, "zscaler.net", 2, "198.51.100.1", "Zscaler"},
		{"host ends", "x.json", `{"name":"Defender for Cloud Apps","list":[".MCAS.ms","mcas.us",".*"]}`, "defender for cloud apps hosts", 2, "a.mcas.ms", "Defender for Cloud Apps"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l, err := iprange.Read(strings.NewReader(tt.text), tt.file)
			require.NoError(t, err)
			assert.Len(t, l.Skipped, tt.skipped)
			s, err := new(iprange.Set).With(l)
			require.NoError(t, err)
			m := s.LookupHost(tt.matches)
			if addr, err := netip.ParseAddr(tt.matches); err == nil {
				m = s.Lookup(addr)
			}
			require.Equal(t, 1, m.Len())
			assert.Equal(t, tt.service, m.At(0).Service)
			assert.Equal(t, tt.list, m.At(0).List)
			assert.Equal(t, iprange.LayerKnown, m.At(0).Layer)
		})
	}
}

func TestReadRefusesOtherNamedRanges(t *testing.T) {
	for name, text := range map[string]string{
		"no service": `{"services":{}}`, "services of another form": `{"services":[1]}`, "no node": `{"zscaler.net":{}}`,
		"nodes of another form": `{"zscaler.net":[]}`, "hosts of others": `{"name":"other","list":[".example.com"]}`,
		"no host": `{"name":"Defender for Cloud Apps","list":[]}`, "no prefix": strings.Repeat("page\n", 1000),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := iprange.Read(strings.NewReader(text), "amazon.txt")
			assert.ErrorIs(t, err, iprange.ErrFormat)
		})
	}
}
