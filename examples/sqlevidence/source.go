package main

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/netip"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
)

//go:embed query.sql
var query string

// answered is the kinds of evidence that the data base has.
const answered = clickclass.EvidenceSignIn | clickclass.EvidenceDevice

// source is a [clickclass.BatchSource] over a data base. It fetches rows and leaves to an
// [evidence.Store] what they mean. It holds nothing between two batches, so its memory is
// that of one batch.
//
// Each question has a Store of its own. With one for the whole batch, what is known of a
// click would depend on which other clicks happen to be asked about with it.
type source struct {
	db      querier
	timeout time.Duration // of one query; 0: the context's alone
}

// querier is what a source needs of a [sql.DB].
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Kinds returns the kinds of evidence that the data base has: no others can fail.
func (s *source) Kinds() clickclass.Evidence { return answered }

// Facts asks one question.
func (s *source) Facts(ctx context.Context, q clickclass.Question) (clickclass.Facts, error) {
	facts, err := s.FactsBatch(ctx, []clickclass.Question{q})
	return facts[0], err
}

// FactsBatch asks many questions with one query. After an error it knows nothing: half of
// the rows would look like devices that did nothing and people who never signed in.
func (s *source) FactsBatch(ctx context.Context, qs []clickclass.Question) ([]clickclass.Facts, error) {
	facts := make([]clickclass.Facts, len(qs))
	stores, err := s.fetch(ctx, qs)
	if err != nil {
		return facts, fmt.Errorf("sqlevidence: look up: %w", err)
	}
	for i := range stores {
		if facts[i], err = stores[i].Facts(ctx, qs[i]); err != nil {
			return facts, err
		}
	}
	return facts, nil
}

// fetch returns the rows for each question.
func (s *source) fetch(ctx context.Context, qs []clickclass.Question) ([]evidence.Store, error) {
	stores := make([]evidence.Store, len(qs))
	asked, err := askedOf(qs)
	if err != nil || asked == nil {
		return stores, err
	}
	if s.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, s.timeout)
		defer cancel()
	}
	rows, err := s.db.QueryContext(ctx, query, string(asked))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		question, row, err := scan(rows)
		if err != nil {
			return nil, err
		}
		stores[question].Add(row)
	}
	return stores, rows.Err()
}

// askedOf returns the parameter of the query, and nil if there is nothing to ask. A
// question that needs no look-up is null in it, to keep the numbers of the others.
func askedOf(qs []clickclass.Question) ([]byte, error) {
	asked := make([]any, len(qs))
	empty := true
	for i, q := range qs {
		if q.Want&answered != 0 && q.Account != "" && !q.At.IsZero() {
			asked[i] = []any{q.Account, addressOf(q.Addr), q.At.UnixNano()}
			empty = false
		}
	}
	if empty {
		return nil, nil
	}
	return json.Marshal(asked)
}

// scan reads a row of the query.
func scan(rows *sql.Rows) (question int, row evidence.Row, err error) {
	var (
		kind, account, address, risk, country, device, url string
		at                                                 int64
		interactive                                        bool
	)
	if err := rows.Scan(&question, &kind, &at, &account, &address, &interactive, &risk, &country, &device, &url); err != nil {
		return 0, nil, err
	}
	if kind == "launch" {
		return question, evidence.BrowserLaunch{Timestamp: time.Unix(0, at), AccountUpn: account, DeviceName: device, RemoteUrl: url}, nil
	}
	var addr netip.Addr
	if address != "" {
		if addr, err = netip.ParseAddr(address); err != nil {
			return 0, nil, err
		}
	}
	return question, evidence.SignIn{Timestamp: time.Unix(0, at), AccountUpn: account, IPAddress: addr, Success: true,
		Interactive: interactive, Risk: risk, Country: country}, nil
}

// addressOf returns an address as the tables have it: IPv4 in dotted form, the first
// address of the /64 in IPv6, and "" if there is none.
func addressOf(addr netip.Addr) string {
	addr = addr.Unmap().WithZone("")
	switch {
	case !addr.IsValid():
		return ""
	case addr.Is6():
		return netip.PrefixFrom(addr, 64).Masked().Addr().String()
	}
	return addr.String()
}
