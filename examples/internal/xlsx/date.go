package xlsx

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// days1904 is the number of days from 1899-12-30, day 0 of most workbooks, to 1904-01-01, day
// 0 of those that old versions for the Macintosh began.
const days1904 = 1462

// readStyles finds the styles whose numbers are dates.
func (b *Book) readStyles(name string) error {
	var styles struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := b.unmarshal(name, &styles); err != nil {
		return err
	}
	own := map[int]bool{}
	for _, f := range styles.Formats {
		own[f.ID] = isDateFormat(f.Code)
	}
	for _, c := range styles.Cells {
		date, ok := own[c.Format]
		b.dates = append(b.dates, date || !ok && isBuiltInDate(c.Format))
	}
	return nil
}

// isBuiltInDate reports whether a number format that workbooks do not spell out is one of
// dates or times (ECMA-376 part 1, 18.8.30). 46 is a duration.
func isBuiltInDate(id int) bool {
	return 14 <= id && id <= 22 || 27 <= id && id <= 36 || id == 45 || id == 47 || 50 <= id && id <= 58
}

// notDate is what a format shows as it is: quoted text, escaped characters, colours,
// locales. Elapsed hours, minutes and seconds in brackets are matched too.
var notDate = regexp.MustCompile(`"[^"]*"|\\.|[_*].|\[[^\]]*\]`)

var elapsed = regexp.MustCompile(`(?i)\[(h+|m+|s+)\]`)

// isDateFormat reports whether a format shows dates or times of the day. Durations, such as
// [h]:mm, are none.
func isDateFormat(code string) bool {
	if elapsed.MatchString(code) {
		return false
	}
	code = strings.ToLower(notDate.ReplaceAllString(code, ""))
	return !strings.Contains(code, "general") && strings.ContainsAny(code, "ymdhs")
}

// The days that are taken for dates. Excel thinks that 1900 was a leap year, so that the
// first two months are a day off; a time of the day alone is a number below 1.
const (
	firstDay = 61      // 1900-03-01
	lastDay  = 2958466 // 10000-01-01
)

// isoTime returns the date of a number in ISO 8601, as UTC: a date in Excel has no time zone.
// It is rounded to the millisecond, because the number, a float64, is no more precise than
// that. A number that is no day returns as it is written.
func (b *Book) isoTime(number string) (iso string, ok bool) {
	days, err := strconv.ParseFloat(number, 64)
	if days += float64(b.from); err != nil || !(days >= firstDay && days < lastDay) {
		return number, false
	}
	whole, part := math.Modf(days)
	t := time.Date(1899, 12, 30+int(whole), 0, 0, 0, 0, time.UTC).Add(time.Duration(math.Round(part*86_400_000)) * time.Millisecond)
	return t.Format("2006-01-02T15:04:05.999Z"), true
}
