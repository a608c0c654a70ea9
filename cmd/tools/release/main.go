// Command release builds msc-sim for every system it runs on and packs it with
// what belongs to it: licence, readme, manual pages, completions. The same
// commit gives the same bytes, wherever it is built with the same Go:
//
//	go run ./cmd/tools/release -version v1.2.3 -time 1767225600 -o dist
package main

import (
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"
)

// target is a system to build for.
type target struct{ os, arch string }

func (t target) String() string { return t.os + "/" + t.arch }

// targets are all of them.
func targets() []target {
	return []target{
		{"linux", "amd64"},
		{"linux", "arm64"},
		{"darwin", "amd64"},
		{"darwin", "arm64"},
		{"windows", "amd64"},
		{"windows", "arm64"},
	}
}

// plan is what to make.
type plan struct {
	version string
	date    time.Time // of every file in it
	out     string
	targets []target
}

func main() {
	version := flag.String("version", "devel", "version, as the program tells it")
	date := flag.Int64("time", 0, "date of every file, in seconds since 1970: that of the commit")
	out := flag.String("o", "dist", "folder to write into")
	only := flag.String("only", "", "systems to build for, such as linux/amd64,windows/arm64; all of them if empty")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, plan{*version, time.Unix(*date, 0).UTC(), *out, nil}, *only)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// versionForm keeps a version a part of a file name.
var versionForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.+-]{0,63}$`)

func run(ctx context.Context, p plan, only string) (err error) {
	if !versionForm.MatchString(p.version) {
		return fmt.Errorf("%q cannot be a version: letters, digits, dots, + and -", p.version)
	}
	if p.targets, err = chosen(only); err != nil {
		return err
	}
	if err := os.MkdirAll(p.out, 0o755); err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "msc-sim-release-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	papers, err := p.papers(ctx)
	if err != nil {
		return err
	}
	var sums []string
	for _, t := range p.targets {
		began := time.Now()
		name, sum, err := p.pack(ctx, t, work, papers)
		if err != nil {
			return fmt.Errorf("%s: %w", t, err)
		}
		sums = append(sums, fmt.Sprintf("%x  %s\n", sum, name))
		fmt.Printf("%s  (%.0f s)\n", name, time.Since(began).Seconds())
	}
	slices.SortFunc(sums, func(a, b string) int { return strings.Compare(a[sha256.Size*2:], b[sha256.Size*2:]) })
	return os.WriteFile(filepath.Join(p.out, "SHA256SUMS"), []byte(strings.Join(sums, "")), 0o644)
}

// chosen are the targets that were asked for.
func chosen(only string) (some []target, err error) {
	if only == "" {
		return targets(), nil
	}
	for _, word := range strings.Split(only, ",") {
		i := slices.IndexFunc(targets(), func(t target) bool { return t.String() == word })
		if i < 0 {
			return nil, fmt.Errorf("%q is none of %v", word, targets())
		}
		some = append(some, targets()[i])
	}
	return some, nil
}

// pack builds the program for one system and puts it into an archive.
func (p plan) pack(ctx context.Context, t target, work string, papers []entry) (name string, sum [sha256.Size]byte, err error) {
	binary := "msc-sim"
	if t.os == "windows" {
		binary += ".exe"
	}
	built := filepath.Join(work, t.os+"-"+t.arch)
	if err := p.build(ctx, t, built); err != nil {
		return "", sum, err
	}
	data, err := os.ReadFile(built)
	if err != nil {
		return "", sum, err
	}
	folder := fmt.Sprintf("msc-sim_%s_%s_%s", p.version, t.os, t.arch)
	all := append([]entry{{binary, 0o755, data}}, papers...)
	name, write := folder+".tar.gz", writeTar
	if t.os == "windows" {
		name, write = folder+".zip", writeZip
	}
	packed, err := write(folder, all, p.date)
	if err != nil {
		return "", sum, err
	}
	return name, sha256.Sum256(packed), os.WriteFile(filepath.Join(p.out, name), packed, 0o644)
}

// build compiles without C, without paths of this machine, and without what the
// repository happens to be.
func (p plan) build(ctx context.Context, t target, to string) error {
	const symbol = "github.com/msc-sim/msc-sim/cmd/internal/cli.release"
	c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false",
		"-ldflags", "-s -w -X "+symbol+"="+p.version, "-o", to, "./cmd/msc-sim")
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+t.os, "GOARCH="+t.arch, "GOFLAGS=", "GOAMD64=v1", "GOARM64=v8.0", "GOTOOLCHAIN="+runtime.Version())
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	return c.Run()
}
