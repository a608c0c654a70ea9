package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/pluginpb"
)

// generate runs the pinned plugin: a request on its standard input, Go on its
// standard output.
func generate(ctx context.Context, req *pluginpb.CodeGeneratorRequest) ([]*pluginpb.CodeGeneratorResponse_File, error) {
	in, err := proto.MarshalOptions{Deterministic: true}.Marshal(req)
	if err != nil {
		return nil, err
	}
	plugin := exec.CommandContext(ctx, "go", "tool", "protoc-gen-go")
	plugin.Stdin = bytes.NewReader(in)
	plugin.Stderr = os.Stderr
	out, err := plugin.Output()
	if err != nil {
		return nil, fmt.Errorf("protoc-gen-go: %w", err)
	}
	var reply pluginpb.CodeGeneratorResponse
	if err := proto.Unmarshal(out, &reply); err != nil {
		return nil, fmt.Errorf("protoc-gen-go answered what cannot be read: %w", err)
	}
	if reply.Error != nil {
		return nil, errors.New(reply.GetError())
	}
	return reply.GetFile(), nil
}

// write puts the files in their places below root.
func write(root *os.Root, files []*pluginpb.CodeGeneratorResponse_File) error {
	for _, f := range files {
		if err := root.MkdirAll(path.Dir(f.GetName()), 0o755); err != nil {
			return err
		}
		if err := root.WriteFile(f.GetName(), []byte(f.GetContent()), 0o644); err != nil {
			return err
		}
	}
	return nil
}
