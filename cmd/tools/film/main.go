// Command film plays the beginning of a lesson by keys in a terminal of its own
// and makes a moving picture of it, without a browser and without a font on the
// machine:
//
//	go run ./cmd/tools/film -o docs/pictures/first-minute.gif
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
)

func main() {
	out := flag.String("o", "first-minute.gif", "where to write it")
	frames := flag.String("frames", "", "also write every frame as a PNG into this folder")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *out, *frames)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "film:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out, frames string) (err error) {
	work, err := os.MkdirTemp("", "msc-sim-film-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	program := filepath.Join(work, "msc-sim")
	build := exec.CommandContext(ctx, "go", "build", "-o", program, "./cmd/msc-sim")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("building the program: %w", err)
	}
	reel, err := shoot(ctx, program, filepath.Join(work, "home"), firstMinute())
	if err != nil {
		return err
	}
	images, err := reel.develop()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := encode(&b, images, reel.delays()); err != nil {
		return err
	}
	if err := os.WriteFile(out, b.Bytes(), 0o644); err != nil {
		return err
	}
	fmt.Printf("%s: %d frames, %s, %d KiB\n", out, len(images), reel.length(), b.Len()>>10)
	return writeFrames(frames, images)
}

// writeFrames is for whoever wants to look at them one by one.
func writeFrames(dir string, images []image.Image) error {
	if dir == "" {
		return nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for i, img := range images {
		var b bytes.Buffer
		if err := png.Encode(&b, img); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%04d.png", i)), b.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}
