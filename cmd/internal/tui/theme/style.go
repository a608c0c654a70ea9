// Package theme gives every style its looks: for dark and light grounds, for
// terminals with many, few or no colours, for ASCII only, for a projector.
// Parts of the screen name what something means and never a colour.
package theme

import "github.com/msc-sim/msc-sim/cmd/internal/tui/grid"

// The styles. Each names a meaning. On may be added to any of them.
const (
	Plain    grid.Style = iota // the terminal's own text
	Text                       // what is to be read
	Dim                        // what may be overlooked
	Title                      // headings, names of boxes
	Accent                     // the one accent: where to look now
	OK                         // answered, up, done
	Fail                       // failed, stopped
	Wait                       // held, waiting, degraded
	REST                       // a REST message
	GRPC                       // a gRPC message
	Queue                      // a queue message
	Stream                     // a stream event
	Edge                       // links between boxes
	BoxEdge                    // frames of boxes
	Rule                       // lines between panels
	Strong                     // strong words in prose
	Emphasis                   // emphasised words in prose
	Code                       // code in prose, bytes
	Term                       // a word of the glossary, underlined
	Key                        // a key of the keyboard in the footer
	Name                       // JSON: names
	String                     // JSON: strings
	Number                     // JSON: numbers, true, false, null
	styles                     // how many there are
)

// On lights the ground: what is selected. Add it with [Lit].
const On grid.Style = 0x40

// Lit is s on the ground of what is selected.
func Lit(s grid.Style) grid.Style { return s | On }

// look is how a style looks: a colour for dark grounds, one for light grounds,
// one of the terminal's own sixteen for each ground, and the attributes that carry
// the meaning where there is no colour at all.
type look struct {
	dark, light uint32   // 0xRRGGBB
	own         bool     // where the ground is not known: the terminal's own text colour
	ansi        [3]uint8 // by Ground: 0–15, or own
	attr        string   // SGR attributes kept with colour, "" or "1", "4"
	bare        string   // SGR attributes without colour
}

const own = 255

// Of the sixteen colours, yellow, green and cyan cannot be read on white, and dark
// blue cannot on black, in the palettes that terminals come with. So light grounds
// use red, blue and magenta, and grounds that are not known red and magenta.
var (
	ansiText   = [3]uint8{own, own, own}
	ansiAccent = [3]uint8{own, 12, 4}
	ansiOK     = [3]uint8{own, 2, own}
	ansiFail   = [3]uint8{1, 9, 1}
	ansiWarm   = [3]uint8{own, 3, own}
	ansiCool   = [3]uint8{own, 6, 4}
	ansiPink   = [3]uint8{5, 5, 5}
)

// looks is the Okabe–Ito set for message kinds and outcomes (Okabe & Ito 2008,
// "Color Universal Design"), darkened for light grounds; the rest is grey and
// one accent. A test holds text to a contrast of 4.5 : 1 and lines to 3 : 1
// (WCAG 2.1, 1.4.3 and 1.4.11).
var looks = [styles]look{
	Plain:    {0xD8DCE6, 0x24283A, true, ansiText, "", ""},
	Text:     {0xD8DCE6, 0x24283A, true, ansiText, "", ""},
	Dim:      {0x969EB2, 0x5A6072, false, ansiText, "", "2"},
	Title:    {0xF2F4FA, 0x10131F, true, ansiText, "1", "1"},
	Accent:   {0x8AB4F8, 0x0B4FA8, false, ansiAccent, "1", "1"},
	OK:       {0x35BE94, 0x00604A, false, ansiOK, "", ""},
	Fail:     {0xF08A5D, 0xA33D00, false, ansiFail, "1", "1"},
	Wait:     {0xF0E442, 0x6B6200, false, ansiWarm, "", "1"},
	REST:     {0x56B4E9, 0x00567A, false, ansiCool, "", "1"},
	GRPC:     {0xD58BB6, 0x8A2F63, false, ansiPink, "", "1"},
	Queue:    {0xE69F00, 0x7A4E00, false, ansiWarm, "", "1"},
	Stream:   {0x2FBF92, 0x00604A, false, ansiOK, "", "1"},
	Edge:     {0x7A8299, 0x767D92, false, ansiText, "", "2"},
	BoxEdge:  {0x8E97AE, 0x60677B, false, ansiText, "", ""},
	Rule:     {0x787F96, 0x767D92, false, ansiText, "", "2"},
	Strong:   {0xF2F4FA, 0x10131F, true, ansiText, "1", "1"},
	Emphasis: {0xD8DCE6, 0x24283A, true, ansiText, "3", "3"},
	Code:     {0x9BD1F2, 0x00567A, false, ansiCool, "", ""},
	Term:     {0xD8DCE6, 0x24283A, true, ansiText, "4", "4"},
	Key:      {0xF2F4FA, 0x10131F, true, ansiText, "1", "1"},
	Name:     {0x9BD1F2, 0x00567A, false, ansiCool, "", ""},
	String:   {0x35BE94, 0x00604A, false, ansiOK, "", ""},
	Number:   {0xE6B450, 0x7A4E00, false, ansiWarm, "", ""},
}

// Texts on the accent, where something is selected.
const (
	litTextDark  = 0x10131F
	litTextLight = 0xFFFFFF
)
