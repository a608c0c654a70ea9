package main

import (
	"cmp"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"io"
	"maps"
	"slices"
)

// encode writes images as a GIF that repeats. All have the same size. Each frame
// holds only what changed since the one before; the rest is left transparent,
// which is what keeps a film of a terminal small.
func encode(w io.Writer, images []image.Image, delays []int) error {
	if len(images) == 0 || len(images) != len(delays) {
		return errors.New("a film needs frames, and a delay for each")
	}
	colors := paletteOf(images)
	index := map[color.RGBA]uint8{}
	out := &gif.GIF{Delay: delays, Config: image.Config{ColorModel: colors, Width: images[0].Bounds().Dx(), Height: images[0].Bounds().Dy()}}
	var before *image.Paletted
	for _, img := range images {
		now := paletted(img, colors, index)
		out.Image = append(out.Image, difference(before, now))
		out.Disposal = append(out.Disposal, gif.DisposalNone)
		before = now
	}
	return gif.EncodeAll(w, out)
}

// transparent is the index of the colour that leaves what was there.
const transparent = 0

// paletteOf holds the colours that are used most. Shades of the edges of letters
// that are used least become the nearest one.
func paletteOf(images []image.Image) color.Palette {
	used := map[color.RGBA]int{}
	for _, img := range images {
		each(img, func(_, _ int, c color.RGBA) { used[c]++ })
	}
	most := slices.SortedFunc(maps.Keys(used), func(a, b color.RGBA) int {
		if d := cmp.Compare(used[b], used[a]); d != 0 {
			return d
		}
		return cmp.Compare(int(a.R)<<16|int(a.G)<<8|int(a.B), int(b.R)<<16|int(b.G)<<8|int(b.B))
	})
	colors := color.Palette{color.RGBA{}}
	for _, c := range most[:min(len(most), 255)] {
		colors = append(colors, c)
	}
	return colors
}

// paletted is img in the colours of a palette. Index remembers what was found.
func paletted(img image.Image, colors color.Palette, index map[color.RGBA]uint8) *image.Paletted {
	out := image.NewPaletted(img.Bounds(), colors)
	each(img, func(x, y int, c color.RGBA) {
		i, known := index[c]
		if !known {
			i = uint8(1 + colors[1:].Index(c))
			index[c] = i
		}
		out.SetColorIndex(x, y, i)
	})
	return out
}

// difference is the part of now that is not as before.
func difference(before, now *image.Paletted) *image.Paletted {
	if before == nil {
		return now
	}
	changed := image.Rectangle{}
	b := now.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if now.ColorIndexAt(x, y) != before.ColorIndexAt(x, y) {
				changed = changed.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	if changed.Empty() {
		changed = image.Rect(b.Min.X, b.Min.Y, b.Min.X+1, b.Min.Y+1)
	}
	out := image.NewPaletted(changed, now.Palette)
	for y := changed.Min.Y; y < changed.Max.Y; y++ {
		for x := changed.Min.X; x < changed.Max.X; x++ {
			if i := now.ColorIndexAt(x, y); i != before.ColorIndexAt(x, y) {
				out.SetColorIndex(x, y, i)
			} else {
				out.SetColorIndex(x, y, transparent)
			}
		}
	}
	return out
}

func each(img image.Image, f func(x, y int, c color.RGBA)) {
	b := img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c, _ := color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)
			f(x, y, c)
		}
	}
}
