// Msc-sim is a laboratory for the communication of microservices, in a terminal.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/msc-sim/msc-sim/cmd/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, cli.Options{
		Args: os.Args[1:],
		In:   os.Stdin, Out: os.Stdout, Err: os.Stderr,
		Getenv:    os.Getenv,
		Interrupt: stop,
	})
	stop()
	os.Exit(code)
}
