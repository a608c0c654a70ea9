package contract

import (
	"context"
	"strings"
	"testing"

	"github.com/bufbuild/protocompile"
	"github.com/bufbuild/protocompile/protoutil"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	_ "github.com/msc-sim/msc-sim/sim/contract/internal/library"
)

// compile makes files of one service with one rpc that has these options.
func compile(t *testing.T, options string) *protoregistry.Files {
	t.Helper()
	source := `syntax = "proto3";
import "google/api/annotations.proto";
import "sim/contract/msc/rest.proto";
import "sim/contract/internal/library/library.proto";
service Wrong { rpc GetBook(.library.GetBook) returns (.library.Book) {` + options + `} }`
	linked, err := (&protocompile.Compiler{Resolver: protocompile.CompositeResolver{
		&protocompile.SourceResolver{Accessor: protocompile.SourceAccessorFromMap(map[string]string{"wrong.proto": source})},
		protocompile.ResolverFunc(func(name string) (protocompile.SearchResult, error) {
			d, err := protoregistry.GlobalFiles.FindFileByPath(name)
			return protocompile.SearchResult{Desc: d}, err
		}),
	}}).Compile(context.Background(), "wrong.proto")
	if err != nil {
		t.Fatal(err)
	}
	// Through bytes and back, so that options are of the linked-in types.
	wire, err := proto.Marshal(protoutil.ProtoFromFileDescriptor(linked[0]))
	if err != nil {
		t.Fatal(err)
	}
	fd := &descriptorpb.FileDescriptorProto{}
	if err := proto.Unmarshal(wire, fd); err != nil {
		t.Fatal(err)
	}
	file, err := protodesc.NewFile(fd, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	files := &protoregistry.Files{}
	if err := files.RegisterFile(file); err != nil {
		t.Fatal(err)
	}
	return files
}

func TestReadRefusesWhatItDoesNotSpeak(t *testing.T) {
	for _, tt := range []struct{ options, want string }{
		{`option (google.api.http) = {custom: {kind: "HEAD" path: "/books/{id}"}};`, "Wrong.GetBook: a route needs get, put, post, delete or patch"},
		{`option (google.api.http) = {get: "/a/{id}" additional_bindings {get: "/b/{id}"}};`, "additional_bindings and response_body are not spoken here"},
		{`option (google.api.http) = {get: "/a/{id}" response_body: "id"};`, "additional_bindings and response_body are not spoken here"},
		{`option (google.api.http) = {get: "/a/{isbn}"};`, `path "/a/{isbn}": isbn: GetBook has no such field`},
		{`option (google.api.http) = {post: "/a" body: "book"};`, "book: GetBook has no such field"},
		{`option (msc.rest) = {created: true location: "/a/{isbn}"};`, `path "/a/{isbn}": isbn: Book has no such field`},
	} {
		_, err := read(compile(t, tt.options))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s\ngives %v\nwant %s", tt.options, err, tt.want)
		}
	}
}

func TestReadTakesWhatIsRight(t *testing.T) {
	got, err := read(compile(t, `option (google.api.http) = {get: "/a/{id}"};`))
	if err != nil || len(got.sorted) != 1 || got.sorted[0].Path != "/a/{id}" {
		t.Errorf("read gives %v, %v", got.sorted, err)
	}
}

func TestParseTemplateRefuses(t *testing.T) {
	for _, path := range []string{
		"", "books", "/", "//", "/books/", "/{}", "/{id", "/id}", "/{id}x", "/{id=}", "/{id=a/*}", "/{id=***}",
		"/{id=**}/more", "/*", "/**", "/a b", "/a?b", "/{id}:read", "/{.id}", "/{id.}", "/{isbn}",
	} {
		if got, err := parseTemplate(path, bookDescriptor(t)); err == nil {
			t.Errorf("%q is read as %+v", path, got)
		}
	}
}

// What is read as a template can be read again, and never panics.
func FuzzParseTemplate(f *testing.F) {
	for _, s := range []string{"/books/{id}", "/{title=**}", "/a/b/{id=*}/c", "/{", "/{=}", "/%41", "/books:sort"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := parseTemplate(s, bookDescriptor(t))
		if err != nil {
			return
		}
		for i, seg := range got {
			if (seg.literal == "") == (seg.field == "") || seg.rest && i != len(got)-1 {
				t.Errorf("%q is read as %+v", s, got)
			}
		}
	})
}

func bookDescriptor(t testing.TB) protoreflect.MessageDescriptor {
	t.Helper()
	book, err := protoregistry.GlobalTypes.FindMessageByName("library.Book")
	if err != nil {
		t.Fatal(err)
	}
	return book.Descriptor()
}
