// Package evidence holds rows of mail, sign-in and device tables and answers questions
// about them.
package evidence

import (
	"context"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
)

// Store is a [clickclass.Source] over rows in memory. The zero Store is empty, unbounded
// and ready. It is safe for concurrent use: rows can be added while clicks are judged.
type Store struct {
	// Keep bounds how long rows are kept, by their own time against the newest row;
	// 0: no bound. It must not change after the first Add.
	Keep time.Duration
	// Bytes bounds the memory; the oldest rows go first. 0: no bound.
	Bytes int64
}

// Add adds rows in any order.
func (s *Store) Add(rows ...Row) { panic("not yet") }

// Facts implements [clickclass.Source].
func (s *Store) Facts(ctx context.Context, q clickclass.Question) (clickclass.Facts, error) {
	panic("not yet")
}
