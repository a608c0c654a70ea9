// Command gen makes Go of the contracts: it compiles every .proto file below
// the given folders of the module and runs the protoc-gen-go that go.mod pins.
// It needs no protoc, and writes the same bytes every time.
//
//	go run ./sim/contract/internal/gen sim/contract services
//
// Run it at the root of the module. It exits with 1 and says why when a
// contract does not compile; nothing is written then.
package main

import (
	"context"
	"fmt"
	"os"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, folders []string) error {
	root, err := os.OpenRoot(".")
	if err != nil {
		return err
	}
	defer root.Close()
	sources, err := find(root.FS(), folders)
	if err != nil {
		return err
	}
	req, err := compile(ctx, root.FS(), sources)
	if err != nil {
		return err
	}
	files, err := generate(ctx, req)
	if err != nil {
		return err
	}
	return write(root, files)
}
