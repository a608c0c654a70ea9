package process

import (
	"syscall"
	"time"
)

// CPU is the time that this process has computed so far.
func CPU() time.Duration {
	self, _ := syscall.GetCurrentProcess() // neither can fail for oneself
	var created, exited, kernel, user syscall.Filetime
	_ = syscall.GetProcessTimes(self, &created, &exited, &kernel, &user)
	return span(kernel) + span(user)
}

// span reads 100 ns units.
func span(t syscall.Filetime) time.Duration {
	return 100 * time.Duration(int64(t.HighDateTime)<<32|int64(t.LowDateTime))
}
