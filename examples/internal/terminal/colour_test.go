package terminal_test

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/examples/internal/terminal"
)

// palette is what a terminal shows. The named colours are those of SGR 30 to 37 and 90 to 97.
type palette struct {
	name                   string
	foreground, background string
	named                  [16]string
}

func colours(s string) (list [16]string) {
	copy(list[:], strings.Fields(s))
	return list
}

var (
	xterm     = colours("000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5 7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff")
	tango     = colours("2e3436 cc0000 4e9a06 c4a000 3465a4 75507b 06989a d3d7cf 555753 ef2929 8ae234 fce94f 729fcf ad7fa8 34e2e2 eeeeec")
	solarized = colours("073642 dc322f 859900 b58900 268bd2 d33682 2aa198 eee8d5 002b36 cb4b16 586e75 657b83 839496 6c71c4 93a1a1 fdf6e3")
	campbell  = colours("0c0c0c c50f1f 13a10e c19c00 0037da 881798 3a96dd cccccc 767676 e74856 16c60c f9f1a5 3b78ff b4009e 61d6d6 f2f2f2")
	oneHalf   = colours("282c34 e06c75 98c379 e5c07b 61afef c678dd 56b6c2 dcdfe4 5a6374 e06c75 98c379 e5c07b 61afef c678dd 56b6c2 dcdfe4")
)

// palettes are the published colours of xterm (XTerm-col.ad), Solarized (ethanschoonover.com),
// GNOME Terminal (Tango, in GNOME's and in its own colours) and Windows Terminal
// (defaults.json).
var palettes = []palette{
	{"black", "e5e5e5", "000000", xterm},
	{"white", "000000", "ffffff", xterm},
	{"Solarized dark", "839496", "002b36", solarized},
	{"Solarized light", "657b83", "fdf6e3", solarized},
	{"GNOME light", "171421", "ffffff", tango},
	{"GNOME dark", "d0cfcc", "171421", tango},
	{"Tango dark", "d3d7cf", "2e3436", tango},
	{"Windows Terminal, Campbell", "cccccc", "0c0c0c", campbell},
	{"Windows Terminal, Campbell Powershell", "cccccc", "012456", campbell},
	{"Windows Terminal, One Half Dark", "dcdfe4", "282c34", oneHalf},
	{"Windows Terminal, One Half Light", "383a42", "fafafa", oneHalf},
}

// readable is what WCAG 2 asks of text (1.4.3, level AA).
const readable = 4.5

// TestStyles holds that whatever is painted can be read in every palette. A style that keeps
// the terminal's own pair of colours is as readable as all else there; Solarized light's own
// is 4.1.
func TestStyles(t *testing.T) {
	for _, p := range palettes {
		own := contrast(t, p.foreground, p.background)
		for _, style := range terminal.Styles {
			t.Run(p.name+"/"+string(style), func(t *testing.T) {
				foreground, background := p.shown(t, style)
				assert.GreaterOrEqual(t, contrast(t, foreground, background), min(readable, own))
			})
		}
	}
}

// TestPair holds that a style that sets one colour sets the other, too.
func TestPair(t *testing.T) {
	for _, style := range terminal.Styles {
		assert.Equal(t, strings.Contains(string(style), "38;5;"), strings.Contains(string(style), "48;5;"), style)
		assert.NotContains(t, strings.Split(string(style), ";"), "2", "faint")
	}
}

// TestNamedColours is why the named colours are not used: each cannot be read somewhere.
func TestNamedColours(t *testing.T) {
	for n := range 16 {
		var worst float64 = 21
		for _, p := range palettes {
			worst = min(worst, contrast(t, p.named[n], p.background))
		}
		assert.Less(t, worst, readable, "colour %d", n)
	}
}

// shown returns the colours of a style in a palette.
func (p *palette) shown(t *testing.T, style terminal.Style) (foreground, background string) {
	foreground, background = p.foreground, p.background
	fields := strings.Split(string(style), ";")
	for i := 0; i < len(fields); i++ {
		n, err := strconv.Atoi(fields[i])
		require.NoError(t, err)
		switch {
		case n == 1:
		case n >= 30 && n <= 37:
			foreground = p.named[n-30]
		case (n == 38 || n == 48) && i+2 < len(fields) && fields[i+1] == "5":
			index, err := strconv.Atoi(fields[i+2])
			require.NoError(t, err)
			if n == 38 {
				foreground = p.indexed(index)
			} else {
				background = p.indexed(index)
			}
			i += 2
		default:
			t.Fatalf("SGR %q is not known here", style)
		}
	}
	return foreground, background
}

// indexed returns one of the 256 colours, of which themes have the first 16 alone: a cube of
// six steps, and greys.
func (p *palette) indexed(n int) string {
	hex := func(v int) string { return strconv.FormatInt(int64(0x100+v), 16)[1:] }
	switch {
	case n < 16:
		return p.named[n]
	case n < 232:
		steps := [...]int{0, 0x5f, 0x87, 0xaf, 0xd7, 0xff}
		n -= 16
		return hex(steps[n/36]) + hex(steps[n/6%6]) + hex(steps[n%6])
	}
	grey := hex(8 + 10*(n-232))
	return grey + grey + grey
}

// contrast is that of WCAG 2, between 1 and 21.
func contrast(t *testing.T, a, b string) float64 {
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(t *testing.T, hex string) float64 {
	n, err := strconv.ParseUint(hex, 16, 24)
	require.NoError(t, err)
	linear := func(v uint64) float64 {
		c := float64(v&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(n>>16) + 0.7152*linear(n>>8) + 0.0722*linear(n)
}

func TestContrast(t *testing.T) {
	assert.InDelta(t, 21, contrast(t, "000000", "ffffff"), 0.001)
	assert.InDelta(t, 4.48, contrast(t, "777777", "ffffff"), 0.01) // the grey that just fails, of WCAG's examples
}

func TestColour(t *testing.T) {
	for name, tt := range map[string]struct {
		colour         terminal.Colour
		noColor, force string
		want           bool
	}{
		"no terminal":              {terminal.ColourAuto, "", "", false},
		"the zero value":           {"", "", "", false},
		"forced":                   {terminal.ColourAuto, "", "1", true},
		"forced by 0":              {terminal.ColourAuto, "", "0", false},
		"NO_COLOR before force":    {terminal.ColourAuto, "1", "1", false},
		"always":                   {terminal.ColourAlways, "", "", true},
		"the flag before NO_COLOR": {terminal.ColourAlways, "1", "", true},
		"the flag before force":    {terminal.ColourNever, "", "1", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("NO_COLOR", tt.noColor)
			t.Setenv("CLICOLOR_FORCE", tt.force)
			assert.Equal(t, tt.want, terminal.Of(new(bytes.Buffer), tt.colour).Colour)
		})
	}
}
