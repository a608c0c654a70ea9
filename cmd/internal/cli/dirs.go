package cli

import (
	"os"
	"path/filepath"

	"github.com/msc-sim/msc-sim/sim"
)

// stateDir is where progress is kept from run to run: MSC_SIM_HOME, or msc-sim
// in XDG_STATE_HOME, or in ~/.local/state.
func (a *app) stateDir() (string, error) {
	if home := a.Getenv("MSC_SIM_HOME"); home != "" {
		return home, nil
	}
	if xdg := a.Getenv("XDG_STATE_HOME"); filepath.IsAbs(xdg) {
		return filepath.Join(xdg, "msc-sim"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", noDir(err)
	}
	return filepath.Join(home, ".local", "state", "msc-sim"), nil
}

// runDir is where running worlds say how they can be reached: run in
// MSC_SIM_HOME, or msc-sim in XDG_RUNTIME_DIR, or in the cache of the person when
// there is no such directory, as after su.
func (a *app) runDir() (string, error) {
	if home := a.Getenv("MSC_SIM_HOME"); home != "" {
		return filepath.Join(home, "run"), nil
	}
	if xdg := a.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(xdg) {
		if info, err := os.Stat(xdg); err == nil && info.IsDir() {
			return filepath.Join(xdg, "msc-sim"), nil
		}
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", noDir(err)
	}
	return filepath.Join(cache, "msc-sim", "run"), nil
}

func noDir(err error) error {
	return sim.Errorf(sim.Unavailable, "cannot store state: %w", err).WithFix("set MSC_SIM_HOME to a directory")
}
