package neighbours

import "github.com/whoclicked/whoclicked/clickclass/internal/ticks"

// countMessageURLs counts the URLs of one message and account.
func (c *comparison) countMessageURLs(group []int32) {
	c.countRuns(group, spanOne, func(n *Counts, urls int32) { n.MessageURLs1s = urls })
	c.countRuns(group, spanThree, func(n *Counts, urls int32) { n.MessageURLs3s = urls })
	c.countRuns(group, spanSixty, func(n *Counts, urls int32) { n.MessageURLs60s = urls })
}

// countRuns calls set for each row of a group that has a URL with the most different URLs
// in any run of rows that includes the row and takes at most span.
func (c *comparison) countRuns(group []int32, span ticks.Ticks, set func(*Counts, int32)) {
	span = c.within(span)
	ids := c.column[byURL].id
	widths := resize(c.widths, len(group)) // URLs in the run that starts at a row
	c.widths = widths
	urls, end := int32(0), 0
	for i, place := range group {
		for ; end < len(group) && c.at[group[end]]-c.at[place] <= span; end++ {
			if c.enter(ids[group[end]]) {
				urls++
			}
		}
		widths[i] = urls
		if c.leave(ids[place]) {
			urls--
		}
	}
	// The widest run among those that start at most span before a row. The queue holds
	// starts of runs, each narrower than the one before it.
	queue := c.queue[:0]
	from := 0
	for i, place := range group {
		for len(queue) > from && widths[queue[len(queue)-1]] <= widths[i] {
			queue = queue[:len(queue)-1]
		}
		queue = append(queue, int32(i))
		for c.at[place]-c.at[group[queue[from]]] > span {
			from++
		}
		if ids[place] >= 0 {
			set(c.countsAt(place), widths[queue[from]])
		}
	}
	c.queue = queue
}
