// Msc-sim is see how microservices communicate, in a terminal.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/msc-sim/msc-sim/cmd/internal/cli"
)

func main() {
	// The one owner of signals that end the program: all of them end ctx.
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // nohup asks to ignore it
		ends = append(ends, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	code := cli.Run(ctx, cli.Options{
		Args: os.Args[1:],
		In:   os.Stdin, Out: os.Stdout, Err: os.Stderr,
		Getenv:    os.Getenv,
		Interrupt: stop,
	})
	stop()
	os.Exit(code)
}
