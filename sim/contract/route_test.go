package contract_test

import (
	"maps"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim/contract"
	"github.com/msc-sim/msc-sim/sim/contract/internal/library"
)

func find(t testing.TB, name string) *contract.Method {
	t.Helper()
	m, ok := contract.Find(name)
	if !ok {
		t.Fatalf("there is no contract %s", name)
	}
	return m
}

func TestMatch(t *testing.T) {
	for _, tt := range []struct {
		contract, path string
		want           map[string]string // nil = does not match
	}{
		{"library.GetBook", "/books/101", map[string]string{"id": "101"}},
		{"library.GetBook", "/books/a%2Fb%20c", map[string]string{"id": "a/b c"}},
		{"library.GetBook", "/book%73/7", map[string]string{"id": "7"}},
		{"library.GetBook", "/books/", nil},
		{"library.GetBook", "/books", nil},
		{"library.GetBook", "/books/1/2", nil},
		{"library.GetBook", "books/1", nil},
		{"library.GetBook", "/Books/1", nil},
		{"library.GetBook", "/books/%zz", nil},
		{"library.ListBooks", "/books", map[string]string{}},
		{"library.ListBooks", "/books/", nil},
		{"library.EditBook", "/books/7", map[string]string{"book.id": "7"}},
		{"library.MendBook", "/shelves/a/books/7", map[string]string{"shelf": "a", "id": "7"}},
		{"library.ReadFile", "/files/a", map[string]string{"path": "a"}},
		{"library.ReadFile", "/files/a/b%20c/d", map[string]string{"path": "a/b c/d"}},
		{"library.ReadFile", "/files/", nil},
		{"library.ReadFile", "/files", nil},
		{"library.Whisper", "/", nil},
		{"library.Whisper", "", nil},
	} {
		got, ok := find(t, tt.contract).Match(tt.path)
		if diff := cmp.Diff(tt.want, got); diff != "" || ok != (tt.want != nil) {
			t.Errorf("%s matches %q: %v (-want +got):\n%s", tt.contract, tt.path, ok, diff)
		}
	}
}

func TestFill(t *testing.T) {
	book := &library.Book{Id: "101", Title: "a/b ü"}
	edit := &library.EditBook{Book: book}
	for _, tt := range []struct {
		template string
		msg      any
		want     string
		err      string
	}{
		{"/books/{id}", book, "/books/101", ""},
		{"/books/{title}/x", book, "/books/a%2Fb%20%C3%BC/x", ""},
		{"/books/{book.id}", edit, "/books/101", ""},
		{"/books/{title=**}", book, "/books/a/b%20%C3%BC", ""},
		{"/books/{title=*}", book, "/books/a%2Fb%20%C3%BC", ""},
		{"/books/{id}", &library.Book{}, "", `id: "" cannot stand in a path`},
		{"/books/{id}", &library.Book{Id: ".."}, "", `id: ".." cannot stand in a path`},
		{"/books/{id=**}", &library.Book{Id: "a//b"}, "", `id: "a//b" cannot stand in a path`},
		{"/books/{id=**}", &library.Book{Id: "a/./b"}, "", `id: "a/./b" cannot stand in a path`},
		{"/books/{isbn}", book, "", `path "/books/{isbn}": isbn: Book has no such field`},
		{"/books/{book}", edit, "", `path "/books/{book}": book cannot stand in a path`},
	} {
		m := find(t, "library.GetBook")
		var got string
		var err error
		switch msg := tt.msg.(type) {
		case *library.Book:
			got, err = m.Fill(tt.template, msg)
		case *library.EditBook:
			got, err = m.Fill(tt.template, msg)
		}
		if got != tt.want || text(err) != tt.err {
			t.Errorf("Fill(%q) = %q, %q; want %q, %q", tt.template, got, text(err), tt.want, tt.err)
		}
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestLookup(t *testing.T) {
	methods := contract.Methods()
	for _, tt := range []struct {
		verb, path, want string
		vars             map[string]string
		allow            []string
	}{
		{verb: "GET", path: "/books/101", want: "library.GetBook", vars: map[string]string{"id": "101"}},
		{verb: "GET", path: "/books/newest", want: "library.NewestBook", vars: map[string]string{}},
		{verb: "PUT", path: "/books/newest", want: "library.EditBook", vars: map[string]string{"book.id": "newest"}},
		{verb: "POST", path: "/books", want: "library.AddBook", vars: map[string]string{}},
		{verb: "DELETE", path: "/books", allow: []string{"GET", "POST"}},
		{verb: "POST", path: "/books/101", allow: []string{"DELETE", "GET", "PUT"}},
		{verb: "get", path: "/books", allow: []string{"GET", "POST"}},
		{verb: "GET", path: "/nothing"},
		{verb: "", path: ""},
	} {
		m, vars, allow := contract.Lookup(methods, tt.verb, tt.path)
		got := ""
		if m != nil {
			got = m.Name
		}
		if got != tt.want || !maps.Equal(vars, tt.vars) || !cmp.Equal(allow, tt.allow) {
			t.Errorf("%s %s is %q %v, allow %v; want %q %v, allow %v", tt.verb, tt.path, got, vars, allow, tt.want, tt.vars, tt.allow)
		}
	}
}

// What Fill writes, Match reads back, and the path survives a URL.
func FuzzFillThenMatch(f *testing.F) {
	for _, s := range []string{"101", "a/b", "a%2Fb", "..", "", "ü x", "a?b#c", "a;b,c", "\x00", "{id}"} {
		f.Add(s)
	}
	get, read := find(f, "library.GetBook"), find(f, "library.ReadFile")
	f.Fuzz(func(t *testing.T, s string) {
		if path, err := get.Fill(get.Path, &library.GetBook{Id: s}); err == nil {
			u, err := url.Parse("http://127.0.0.1" + path + "?q=1")
			if err != nil || u.EscapedPath() != path {
				t.Fatalf("%q does not survive a URL: %v", path, err)
			}
			if vars, ok := get.Match(path); !ok || vars["id"] != s {
				t.Fatalf("%q went out as %s and came back as %v", s, path, vars)
			}
		}
		if path, err := read.Fill(read.Path, &library.ReadFile{Path: s}); err == nil {
			if vars, ok := read.Match(path); !ok || vars["path"] != s {
				t.Fatalf("%q went out as %s and came back as %v", s, path, vars)
			}
		}
	})
}

// Any path is matched or not, without a panic, and values are never empty.
func FuzzMatch(f *testing.F) {
	for _, s := range []string{"/books/1", "/", "", "//", "/books/%", "/files/a//b", "/files/%2F"} {
		f.Add(s)
	}
	methods := contract.Methods()
	f.Fuzz(func(t *testing.T, path string) {
		for _, m := range methods {
			vars, _ := m.Match(path)
			for name, v := range vars {
				if v == "" {
					t.Errorf("%s of %q is empty", name, path)
				}
			}
		}
	})
}
