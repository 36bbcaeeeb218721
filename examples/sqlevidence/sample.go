package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass/evidence"
)

//go:embed schema.sql
var schema string

// noon is when the made-up clicks are made.
var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// sampleClicks returns two clicks on one link: of a machine at Microsoft, and of the
// account's owner.
func sampleClicks() io.Reader {
	return strings.NewReader(`Timestamp,Url,ActionType,AccountUpn,Workload,NetworkMessageId,IPAddress
2026-03-04T12:00:00Z,https://docs.fabrikam.example/a,ClickAllowed,dana@contoso.example,Email,5f0c2a11-93b4-4e07-1800-08de79e58de1,52.112.103.113
2026-03-04T14:00:00Z,https://docs.fabrikam.example/a,ClickAllowed,dana@contoso.example,Email,5f0c2a11-93b4-4e07-1800-08de79e58de1,203.0.113.7
`)
}

// makeSample makes a data base with what is known of the owner.
func makeSample(ctx context.Context, file string) error {
	const account = "dana@contoso.example"
	home := netip.MustParseAddr("203.0.113.7")
	return makeDB(ctx, file,
		evidence.SignIn{Timestamp: noon.AddDate(0, 0, -3), AccountUpn: account, IPAddress: home, Success: true, Interactive: true, Country: "DE"},
		evidence.SignIn{Timestamp: noon.Add(time.Hour), AccountUpn: account, IPAddress: home, Success: true, Interactive: true, Country: "DE"},
		evidence.BrowserLaunch{Timestamp: noon.Add(2*time.Hour + time.Second), AccountUpn: account, DeviceName: "pc-17", RemoteUrl: "https://docs.fabrikam.example/a"})
}

// makeDB makes a data base with these rows.
func makeDB(ctx context.Context, file string, rows ...evidence.Row) (err error) {
	db, err := open(file, "rwc")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // nothing to do after Commit
	if _, err := tx.ExecContext(ctx, schema); err != nil {
		return err
	}
	for _, row := range rows {
		switch r := row.(type) {
		case evidence.SignIn:
			_, err = tx.ExecContext(ctx, "INSERT INTO signins VALUES (?, ?, ?, ?, ?, ?, ?)", r.Timestamp.UnixNano(), strings.ToLower(r.AccountUpn),
				addressOf(r.IPAddress), r.Success, r.Interactive, strings.ToLower(r.Risk), r.Country)
		case evidence.BrowserLaunch:
			_, err = tx.ExecContext(ctx, "INSERT INTO launches VALUES (?, ?, ?, ?)", r.Timestamp.UnixNano(), strings.ToLower(r.AccountUpn), r.DeviceName, r.RemoteUrl)
		default:
			err = fmt.Errorf("no table for %T", row)
		}
		if err != nil {
			return err
		}
	}
	return tx.Commit()
}
