package main

import (
	"context"
	"io"
	"io/fs"
	"path"
	"slices"

	"github.com/bufbuild/protocompile"
	"github.com/bufbuild/protocompile/protoutil"
	_ "google.golang.org/genproto/googleapis/api/annotations" // google/api/annotations.proto and http.proto
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	_ "google.golang.org/protobuf/types/known/timestamppb" // google/protobuf/timestamp.proto
	"google.golang.org/protobuf/types/pluginpb"
)

// find lists the .proto files below folders, sorted.
func find(tree fs.FS, folders []string) ([]string, error) {
	var found []string
	for _, folder := range folders {
		err := fs.WalkDir(tree, folder, func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && path.Ext(name) == ".proto" {
				found = append(found, name)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}

// compile reads the sources and what they import, and asks for Go of them.
// Google's own files come from the descriptors linked into this program.
func compile(ctx context.Context, tree fs.FS, sources []string) (*pluginpb.CodeGeneratorRequest, error) {
	compiler := protocompile.Compiler{
		Resolver: protocompile.CompositeResolver{
			&protocompile.SourceResolver{Accessor: func(name string) (io.ReadCloser, error) { return tree.Open(name) }},
			protocompile.ResolverFunc(linkedIn),
		},
		SourceInfoMode: protocompile.SourceInfoStandard,
		MaxParallelism: 1,
	}
	linked, err := compiler.Compile(ctx, sources...)
	if err != nil {
		return nil, err
	}
	req := &pluginpb.CodeGeneratorRequest{
		FileToGenerate: sources,
		Parameter:      proto.String("module=github.com/msc-sim/msc-sim"),
	}
	seen := map[string]bool{}
	for _, file := range linked {
		addAfterImports(req, seen, file)
	}
	return req, nil
}

func linkedIn(name string) (protocompile.SearchResult, error) {
	desc, err := protoregistry.GlobalFiles.FindFileByPath(name)
	return protocompile.SearchResult{Desc: desc}, err
}

// addAfterImports appends file to the request, its imports first, as plugins expect.
func addAfterImports(req *pluginpb.CodeGeneratorRequest, seen map[string]bool, file protoreflect.FileDescriptor) {
	if seen[file.Path()] {
		return
	}
	seen[file.Path()] = true
	for i := range file.Imports().Len() {
		addAfterImports(req, seen, file.Imports().Get(i).FileDescriptor)
	}
	req.ProtoFile = append(req.ProtoFile, protoutil.ProtoFromFileDescriptor(file))
}
