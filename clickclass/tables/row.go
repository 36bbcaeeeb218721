package tables

import "github.com/whoclicked/whoclicked/clickclass"

// Row is one row of any table: exactly one of the pointers is set, to a value
// that is valid until the next row is read. Copy the value to keep it; its
// strings are parts of one text of about 256 KiB, which stays in memory as long
// as one of them is kept.
//
// Beside an error, a Row has only File and Row.
type Row struct {
	File string
	Row  int // counts from 1 and leaves out a header

	Click         *clickclass.Click
	Email         *clickclass.Email
	EmailURL      *clickclass.EmailURL
	PostDelivery  *clickclass.PostDelivery
	SignIn        *clickclass.SignIn
	BrowserLaunch *clickclass.BrowserLaunch
	Connection    *clickclass.Connection
	Policy        *clickclass.Policy
}
