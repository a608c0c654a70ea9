package main

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"testing"
)

// What a film shows, frame upon frame, is what was filmed.
func TestFramesAreRestored(t *testing.T) {
	ground, ink := color.RGBA{0x16, 0x18, 0x21, 255}, color.RGBA{0xD8, 0xDC, 0xE6, 255}
	frame := func(spots ...image.Rectangle) image.Image {
		img := image.NewRGBA(image.Rect(0, 0, 40, 30))
		draw.Draw(img, img.Bounds(), image.NewUniform(ground), image.Point{}, draw.Src)
		for _, s := range spots {
			draw.Draw(img, s, image.NewUniform(ink), image.Point{}, draw.Src)
		}
		return img
	}
	a, b := image.Rect(2, 2, 5, 9), image.Rect(20, 10, 31, 12)
	filmed := []image.Image{frame(), frame(a), frame(a, b), frame(a, b), frame(b), frame()}
	var out bytes.Buffer
	if err := encode(&out, filmed, []int{10, 10, 10, 10, 10, 10}); err != nil {
		t.Fatal(err)
	}
	film, err := gif.DecodeAll(&out)
	if err != nil {
		t.Fatal(err)
	}
	screen := image.NewRGBA(image.Rect(0, 0, 40, 30))
	for i, f := range film.Image {
		draw.Draw(screen, f.Bounds(), f, f.Bounds().Min, draw.Over)
		for y := range 30 {
			for x := range 40 {
				if got, want := screen.RGBAAt(x, y), filmed[i].(*image.RGBA).RGBAAt(x, y); got != want {
					t.Fatalf("frame %d at %d, %d: %v, want %v", i, x, y, got, want)
				}
			}
		}
		if i == 1 && f.Bounds() != a {
			t.Errorf("frame 1 holds %v; what changed is %v", f.Bounds(), a)
		}
	}
}

// With more colours than a film has, those that are used most stay as they are,
// and every other one becomes a colour near it: nothing turns transparent.
func TestMoreColoursThanAFilmHas(t *testing.T) {
	const size = 64
	ground := color.RGBA{0x16, 0x18, 0x21, 255}
	img := image.NewRGBA(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			if img.SetRGBA(x, y, ground); y >= size/2 {
				img.SetRGBA(x, y, color.RGBA{uint8(4 * x), uint8(4 * y), 0, 255})
			}
		}
	}
	var out bytes.Buffer
	if err := encode(&out, []image.Image{img}, []int{10}); err != nil {
		t.Fatal(err)
	}
	film, err := gif.DecodeAll(&out)
	if err != nil {
		t.Fatal(err)
	}
	each(film.Image[0], func(x, y int, c color.RGBA) {
		if c.A != 255 || y < size/2 && c != ground {
			t.Fatalf("%d, %d became %v", x, y, c)
		}
	})
}

func TestAFilmNeedsFrames(t *testing.T) {
	if err := encode(&bytes.Buffer{}, nil, nil); err == nil {
		t.Error("no error")
	}
}
