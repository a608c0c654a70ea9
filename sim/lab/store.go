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
	dir     string // that was asked for; "" = in scratch
	scratch *scratch
}

func newDatabases(o Options, s *scratch) *databases {
	if o.Data == "" {
		return &databases{scratch: s}
	}
	return &databases{dir: filepath.Join(o.Data, "stores")}
}

// open gives a service its database. The world calls it for one after another.
func (d *databases) open(spec sim.ServiceSpec) (world.Durable, error) {
	dir, err := d.dir, error(nil)
	if dir == "" {
		dir, err = d.scratch.room("stores")
	} else {
		err = os.MkdirAll(dir, 0o700)
	}
	if err != nil {
		return nil, sim.Errorf(sim.Unavailable, "%s has no place for its database: %w", spec.Name, err)
	}
	return sqlite.New(filepath.Join(dir, spec.Name+".db")), nil
}
