package cli

import (
	"encoding/json"
	"os"
	"sync"

	"github.com/msc-sim/msc-sim/sim"
)

// accessLog is the file of --access-log; nil = there is none.
type accessLog struct {
	mu   sync.Mutex
	file *os.File
	err  error // the first that was met while writing
}

func openAccessLog(path string) (*accessLog, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, sim.Invalidf("the access log cannot be written: %w", err).WithFix("name a file in a directory of yours")
	}
	return &accessLog{file: f}, nil
}

// write is what takes the requests; nil without a file.
func (l *accessLog) write() func(sim.Access) {
	if l == nil {
		return nil
	}
	return func(a sim.Access) {
		line, _ := json.Marshal(a) // texts and numbers always encode
		l.mu.Lock()
		defer l.mu.Unlock()
		if _, err := l.file.Write(append(line, '\n')); err != nil && l.err == nil {
			l.err = err
		}
	}
}

func (l *accessLog) Close() error {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.file.Close(); l.err == nil {
		l.err = err
	}
	return l.err
}
