package evidence

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

const me = "dana@contoso.example"

// aboutNoon is a question about a click of dana at noon.
func aboutNoon() clickclass.Question {
	return clickclass.Question{
		Want:      everything,
		MessageID: "6a1f0f7e-6b8d-4c8e-9a57-d1b2c3a4e5f6",
		Account:   me,
		URL:       "https://docs.fabrikam.example/a",
		Addr:      netip.MustParseAddr("203.0.113.7"),
		At:        noon,
	}
}

// factsOf returns the answer of a Store with these rows.
func factsOf(t *testing.T, q clickclass.Question, rows ...Row) clickclass.Facts {
	t.Helper()
	var s Store
	s.Add(rows...)
	f, err := s.Facts(context.Background(), q)
	require.NoError(t, err)
	return f
}

func signInAt(upn, ip string, at time.Time) SignIn {
	return SignIn{Timestamp: at, AccountUpn: upn, IPAddress: netip.MustParseAddr(ip), Success: true, Interactive: true, Country: "DE"}
}
