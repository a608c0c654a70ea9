package lab

import (
	"os"
	"path/filepath"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/sqlite"
	"github.com/msc-sim/msc-sim/sim/world"
)

// databases are where services keep what must outlive them: a file each, in the
// directory that was asked for, or in one that goes at the end.
type databases struct {
	dir string
	own bool
}

func newDatabases(o Options) *databases {
	if o.Data == "" {
		return &databases{}
	}
	return &databases{dir: filepath.Join(o.Data, "stores")}
}

// open gives a service its database. The world calls it for one after another.
func (d *databases) open(spec sim.ServiceSpec) (world.Durable, error) {
	err := error(nil)
	if d.dir == "" {
		d.dir, err = os.MkdirTemp("", "msc-sim-stores-")
		d.own = err == nil
	} else {
		err = os.MkdirAll(d.dir, 0o700)
	}
	if err != nil {
		return nil, sim.Errorf(sim.Unavailable, "%s has no place for its database: %w", spec.Name, err)
	}
	return sqlite.New(filepath.Join(d.dir, spec.Name+".db")), nil
}

// close removes the files, unless they are to be kept. The world is closed.
func (d *databases) close() error {
	if !d.own {
		return nil
	}
	return os.RemoveAll(d.dir)
}
