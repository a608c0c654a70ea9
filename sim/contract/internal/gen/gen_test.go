package main

import (
	"context"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

const module = "../../../.."

// The Go in the repository is what the contracts say, byte for byte.
func TestGeneratedGoIsCurrent(t *testing.T) {
	root, err := os.OpenRoot(module)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	sources, err := find(root.FS(), []string{"services", "sim/contract", "sim/transport/conform"})
	if err != nil || len(sources) == 0 {
		t.Fatalf("found %d contracts, %v", len(sources), err)
	}
	req, err := compile(t.Context(), root.FS(), sources)
	if err != nil {
		t.Fatal(err)
	}
	files, err := generate(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(sources) {
		t.Errorf("%d files of %d contracts", len(files), len(sources))
	}
	for _, f := range files {
		have, err := root.ReadFile(f.GetName())
		if err != nil || string(have) != f.GetContent() {
			t.Errorf("%s is not what its contract says (%v); run: go generate ./sim/contract", f.GetName(), err)
		}
	}
}

func TestFindIsSortedAndNamesEachOnce(t *testing.T) {
	tree := fstest.MapFS{"b/z.proto": {}, "b/a.proto": {}, "b/c/x.proto": {}, "b/x.go": {}, "a/q.proto": {}}
	got, err := find(tree, []string{"b", "a", "b/c"})
	if diff := cmp.Diff([]string{"a/q.proto", "b/a.proto", "b/c/x.proto", "b/z.proto"}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if _, err := find(tree, []string{"nowhere"}); err == nil {
		t.Error("a folder that does not exist is not missed")
	}
}

func TestCompileSaysWhereAContractIsWrong(t *testing.T) {
	for _, tt := range []struct{ source, want string }{
		{"syntax = \"proto3\";\nmessage A { Strnig a = 1; }", "a.proto:2:13"},
		{"syntax = \"proto3\";\nimport \"nowhere.proto\";", "nowhere.proto"},
		{"syntax = \"proto3\";\nimport \"google/api/annotations.proto\";\nservice S { rpc A(A) returns (A) { option (google.api.http) = {got: \"/\"}; } }\nmessage A {}", "a.proto:3:"},
	} {
		_, err := compile(context.Background(), fstest.MapFS{"a.proto": {Data: []byte(tt.source)}}, []string{"a.proto"})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("error %v does not name %s", err, tt.want)
		}
	}
}

// Plugins want every file after those it imports.
func TestCompilePutsImportsFirst(t *testing.T) {
	tree := fstest.MapFS{
		"a.proto": {Data: []byte("syntax = \"proto3\";\nimport \"b.proto\";\nmessage A { B b = 1; }")},
		"b.proto": {Data: []byte("syntax = \"proto3\";\nimport \"google/api/annotations.proto\";\nmessage B {}")},
	}
	req, err := compile(t.Context(), tree, []string{"a.proto", "b.proto"})
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, f := range req.GetProtoFile() {
		order = append(order, f.GetName())
	}
	want := []string{"google/api/http.proto", "google/protobuf/descriptor.proto", "google/api/annotations.proto", "b.proto", "a.proto"}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"a.proto", "b.proto"}, req.GetFileToGenerate()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
