package contract

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/bufbuild/protocompile"
	"github.com/bufbuild/protocompile/protoutil"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/msc-sim/msc-sim/sim/contract/internal/library"
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
		"", "books", "/", "//", "/books/", "/{}", "/{id", "/id}", "/{id}x", "/{id=}", "/{id=a/}", "/{id=***}", "/{id}/{id}",
		"/{id=**}/more", "/**/more", "/a b", "/a?b", "/{id}:", "/{id}:a:b", "/{id}:a/b", "/{.id}", "/{id.}", "/{isbn}",
	} {
		if got, err := parseTemplate(path, bookDescriptor(t)); err == nil {
			t.Errorf("%q is read as %+v", path, got)
		}
	}
}

// The grammar of google.api.http, with the cases of its best known implementations.
func TestGrammar(t *testing.T) {
	for _, path := range []string{
		"/v1/{name=shelves/*/books/*}", "/v1/{parent=shelves/*}/books", "/v1/{book.name=shelves/*/books/*}", "/v1:watch", "/v3/events:clear",
		"/v3/{name=events/*}:cancel", "/foo/bar/{name}", "/foo/bar/{name}/baz/{child}", "/foo/bar/*/{thing.id}/{cat=**}",
		"/foo/bar/*/{thing.id}/{cat=**}:do", "/{_}", "/{hello}/world", "/*", "/**",
	} {
		if _, err := parsePath(path); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	for _, path := range []string{
		"/{1}", "/{field.1}", "/{-}", "/{field-}", "/foo/bar/baz?abc=def", "/foo/bar/baz buzz", "foo/bar/baz", "/foo/bar/", "/foo/bar:baz/buzz",
		"/foo/{bar/baz}/buzz", "/foo/bar%55:baz%1", "/foo/bar*", "/foo/bar/***", "/foo/**/bar", "/{a}/{a}", "/{a=**/b}", "/{a}b",
	} {
		if got, err := parsePath(path); err == nil {
			t.Errorf("%s is read as %+v", path, got)
		}
	}
}

func TestVariablesOfSeveralSegments(t *testing.T) {
	for _, c := range []struct{ template, path, want string }{
		{"/v1/{title=shelves/*/books/*}", "/v1/shelves/a/books/b%20c", "map[title:shelves/a/books/b c]"},
		{"/v1/{title=shelves/*}/books", "/v1/shelves/a%2Fb/books", "map[title:shelves/a%2Fb]"}, // it is no slash of the path
		{"/v1/{title=shelves/*}/books", "/v1/desks/a/books", "no"},
		{"/v1/{title}", "/v1/a%2Fb", "map[title:a/b]"},
		{"/v1/{title=**}", "/v1/a%2Fb/c%20d", "map[title:a%2Fb/c d]"},
		{"/v1/{title}:cancel", "/v1/a:cancel", "map[title:a]"},
		{"/v1/{title}:cancel", "/v1/a", "no"},
		{"/v1/{title}:cancel", "/v1/:cancel", "no"},
		{"/v1:watch", "/v1:watch", "map[]"},
		{"/*/{title}", "/any/a", "map[title:a]"},
	} {
		tmpl, err := parseTemplate(c.template, bookDescriptor(t))
		if err != nil {
			t.Fatal(err)
		}
		got := "no"
		vars, ok := tmpl.match(c.path)
		if ok {
			got = fmt.Sprint(vars)
		}
		if got != c.want {
			t.Errorf("%s along %s: %s, want %s", c.path, c.template, got, c.want)
		}
		if _, own := vars["title"]; !own || strings.HasPrefix(c.template, "/*") {
			continue
		}
		book := &library.Book{Title: vars["title"]}
		if path, err := tmpl.fill(book); err != nil || !same(t, tmpl, path, vars) {
			t.Errorf("%s is filled with %v as %s, %v", c.template, vars, path, err)
		}
	}
	tmpl, _ := parseTemplate("/v1/{title=shelves/*}/books", bookDescriptor(t))
	for _, title := range []string{"shelves", "desks/a", "shelves/a/b", "shelves/.."} {
		if path, err := tmpl.fill(&library.Book{Title: title}); err == nil {
			t.Errorf("%s is filled in as %s", title, path)
		}
	}
	verb, _ := parseTemplate("/v1/{title}:cancel", bookDescriptor(t))
	plain, _ := parseTemplate("/v1/{title}", bookDescriptor(t))
	if verb.compare(plain) >= 0 {
		t.Error("a path with a verb says more than the same without")
	}
}

// same reports whether a path that was filled in means the same again.
func same(t *testing.T, tmpl template, path string, vars map[string]string) bool {
	t.Helper()
	again, ok := tmpl.match(path)
	return ok && again["title"] == vars["title"] || strings.Contains(vars["title"], "%2F") // a % of its own is escaped, and comes back whole
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
		for i, seg := range got.segments {
			if seg.literal != "" && seg.rest || seg.rest && i != len(got.segments)-1 {
				t.Errorf("%q is read as %+v", s, got)
			}
		}
		if vars, ok := got.match(s); ok && len(vars) != len(got.variables) {
			t.Errorf("%q matches itself with %v", s, vars)
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
