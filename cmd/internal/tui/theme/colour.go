package theme

import "math"

// on is the colour of a look on a ground. Where the ground is not known it is made
// as dark as still can be read on black, which can be read on white as well.
func (l look) on(g Ground) uint32 {
	switch g {
	case Dark:
		return l.dark
	case Light:
		return l.light
	default:
		return toLuminance(l.dark, middle)
	}
}

// middle is the luminance with equal contrasts to black and white, 4.58 : 1:
// (1 + 0.05) / (y + 0.05) = (y + 0.05) / 0.05.
var middle = math.Sqrt(1.05*0.05) - 0.05

// luminance is that of WCAG 2.1.
func luminance(c uint32) float64 {
	return 0.2126*linear(c>>16) + 0.7152*linear(c>>8) + 0.0722*linear(c)
}

// linear is the share of light of a channel, the lowest byte of v.
func linear(v uint32) float64 {
	s := float64(v&255) / 255
	if s <= 0.04045 {
		return s / 12.92
	}
	return math.Pow((s+0.055)/1.055, 2.4)
}

// toLuminance makes a colour brighter or darker and keeps its hue.
func toLuminance(c uint32, y float64) uint32 {
	k := y / luminance(c)
	channel := func(v uint32) uint32 {
		s := linear(v) * k
		if s <= 0.0031308 {
			s *= 12.92
		} else {
			s = 1.055*math.Pow(s, 1/2.4) - 0.055
		}
		return uint32(math.Round(255 * min(s, 1)))
	}
	return channel(c>>16)<<16 | channel(c>>8)<<8 | channel(c)
}

// levels are the six steps of a channel in the cube of 256 colours.
var levels = [6]uint32{0, 95, 135, 175, 215, 255}

// greyest is the widest difference of channels that is still drawn as a grey.
const greyest = 40

// index256 is the nearest of the 240 colours that all terminals agree on. A grey
// stays a grey, as bright as it was: the nearest in the cube may be teal or navy.
func index256(c uint32) int {
	r, g, b := int(c>>16), int(c>>8&255), int(c&255)
	grey := max(r, g, b)-min(r, g, b) < greyest
	best, least := 0, math.Inf(1)
	for i := 16; i < 256; i++ {
		p := colour256(i)
		if isGrey := p>>16 == p>>8&255 && p>>8&255 == p&255; isGrey != grey {
			continue
		}
		d := math.Abs(lightness(c) - lightness(p))
		if !grey {
			d = distance(c, p)
		}
		if d < least {
			best, least = i, d
		}
	}
	return best
}

// colour256 is the colour of an index from 16 on.
func colour256(i int) uint32 {
	if i >= 232 {
		v := uint32(8 + 10*(i-232))
		return v<<16 | v<<8 | v
	}
	i -= 16
	return levels[i/36]<<16 | levels[i/6%6]<<8 | levels[i%6]
}

// lightness is L* of CIELAB, 0–100.
func lightness(c uint32) float64 { return 116*cube(luminance(c)) - 16 }

// distance is that of two colours in CIELAB. Lightness counts twice: what can be
// read depends on it.
func distance(a, b uint32) float64 {
	la, aa, ba := lab(a)
	lb, ab, bb := lab(b)
	return math.Hypot(math.Hypot(2*(la-lb), aa-ab), ba-bb)
}

func lab(c uint32) (l, a, b float64) {
	r, g, bl := linear(c>>16), linear(c>>8), linear(c)
	x := (0.4124*r + 0.3576*g + 0.1805*bl) / 0.9505
	z := (0.0193*r + 0.1192*g + 0.9505*bl) / 1.089
	y := luminance(c)
	return 116*cube(y) - 16, 500 * (cube(x) - cube(y)), 200 * (cube(y) - cube(z))
}

func cube(t float64) float64 {
	if t > 0.008856 {
		return math.Cbrt(t)
	}
	return 7.787*t + 16.0/116
}
