package control

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// Record says where a running world can be reached. It is a file of its own in
// a directory that only its owner can enter.
type Record struct {
	ID      string    `json:"id"`
	World   string    `json:"world"`
	PID     int       `json:"pid"`
	Addr    string    `json:"addr"`
	Token   string    `json:"token"`
	Started time.Time `json:"started"`
}

// maxRecord bounds what is read of a record, in bytes.
const maxRecord = 16 << 10

// write puts the record into dir in one step: other programs see all of it or
// nothing.
func (r Record) write(dir string) (path string, err error) {
	trouble := func(err error) error {
		return sim.Errorf(sim.Unavailable, "the record of this run cannot be written: %w", err).
			WithFix("make %s writable, or set MSC_SIM_HOME to a directory that is", dir)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", trouble(err)
	}
	f, err := os.CreateTemp(dir, ".new-*") // mode 0600
	if err != nil {
		return "", trouble(err)
	}
	path = filepath.Join(dir, r.ID+".json")
	err = json.NewEncoder(f).Encode(r)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return "", trouble(err)
	}
	return path, nil
}

// read is the record in a file.
func read(path string) (r Record, err error) {
	f, err := os.Open(path)
	if err != nil {
		return r, err
	}
	defer f.Close()
	err = json.NewDecoder(io.LimitReader(f, maxRecord)).Decode(&r)
	return r, err
}

// paths lists the records in dir, oldest name first. A missing dir has none.
func paths(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, sim.Errorf(sim.Unavailable, "the list of running worlds cannot be read: %w", err)
	}
	var all []string
	for _, e := range entries {
		if e.Type().IsRegular() && filepath.Ext(e.Name()) == ".json" {
			all = append(all, filepath.Join(dir, e.Name()))
		}
	}
	return all, nil
}
