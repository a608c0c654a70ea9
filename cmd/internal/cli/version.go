package cli

import (
	"encoding/json"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// release is the version of a released program. The linker sets it, and nobody
// else (-X); it is empty when the program was built by hand.
var release string

// build says which program this is.
type build struct {
	Schema  int    `json:"schema"`
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
	Go      string `json:"go"`
	OS      string `json:"os"`
	Arch    string `json:"arch"`
}

func thisBuild() build {
	b := build{Schema: 1, Version: "devel", Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		b.Version = v
	}
	if release != "" {
		b.Version = release
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			b.Commit = s.Value
		}
	}
	return b
}

func (a *app) version() *cobra.Command {
	c := &cobra.Command{
		Use:     "version",
		Short:   "show the version of msc-sim",
		Example: "  msc-sim version --format json",
		Args:    atMost(0, "nothing more"),
	}
	asJSON := format(c)
	c.RunE = func(*cobra.Command, []string) error {
		b := thisBuild()
		if asJSON() {
			return json.NewEncoder(a.Out).Encode(b)
		}
		a.say("msc-sim %s  %s  %s/%s", b.Version, b.Go, b.OS, b.Arch)
		return nil
	}
	return c
}
