//go:build !unix

package tty

import (
	"os"
	"time"
)

// There is no job control here, and replies come as events of the console.

// A console of Windows is restored by the shell.
func (t *Terminal) guard() func() { return func() {} }

func (t *Terminal) watch()   {}
func (t *Terminal) unwatch() {}
func (t *Terminal) stop()    {}

// AskStop does nothing: CanStop is false.
func (t *Terminal) AskStop() {}

// Stopped reports whether a signal asks the process to stop.
func Stopped(os.Signal) bool { return false }

// CanStop reports whether a shell with job control started the process.
func (t *Terminal) CanStop() bool { return false }

func (t *Terminal) replies(time.Duration, func([]byte) bool) {}
