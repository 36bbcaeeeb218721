// Package safelinks decodes Safe Links.
package safelinks

import "time"

// MessageTime returns the clock inside a Network-Message-Id or ReportId.
func MessageTime(id string) (time.Time, bool) { return time.Time{}, false }
