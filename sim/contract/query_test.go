package contract_test

import (
	"errors"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/msc-sim/msc-sim/sim/contract"
	"github.com/msc-sim/msc-sim/sim/contract/internal/library"
)

func TestResolve(t *testing.T) {
	for _, tt := range []struct {
		contract string
		vars     map[string]string
		query    string
		want     proto.Message
		err      string
	}{
		{"library.GetBook", map[string]string{"id": "101"}, "", &library.GetBook{Id: "101"}, ""},
		{"library.ListBooks", nil, "author=Ada&page_size=5&tags=a&tags=b", &library.ListBooks{Author: "Ada", PageSize: 5, Tags: []string{"a", "b"}}, ""},
		{"library.ListBooks", nil, "pageSize=5", &library.ListBooks{PageSize: 5}, ""},
		{"library.ListBooks", nil, "written.from_year=1900&written.to_year=0", &library.ListBooks{Written: &library.Period{FromYear: 1900, ToYear: proto.Int32(0)}}, ""},
		{"library.EditBook", map[string]string{"book.id": "7"}, "draft=true", &library.EditBook{Book: &library.Book{Id: "7"}, Draft: true}, ""},
		{"library.ListBooks", nil, "page_size=many", nil, `page_size: "many" is not a whole number that fits`},
		{"library.ListBooks", nil, "page_size=1&page_size=2", nil, "page_size: given more than once"},
		{"library.ListBooks", nil, "colour=red", nil, "colour: is not a parameter of GET /books"},
		{"library.ListBooks", nil, "like=x", nil, "like: cannot be given as text"},
		{"library.ListBooks", nil, "notes=x", nil, "notes: cannot be given as text"},
		{"library.ListBooks", nil, "author.name=x", nil, "author.name: is not a parameter of GET /books"},
		{"library.GetBook", map[string]string{"id": "1"}, "id=2", nil, "id: is not a parameter of GET /books/{id}"},
		{"library.EditBook", map[string]string{"book.id": "7"}, "book.title=x", nil, "book.title: is not a parameter of PUT /books/{book.id}"},
		{"library.AddBook", nil, "title=x", nil, "title: is not a parameter of POST /books"},
	} {
		m := find(t, tt.contract)
		query, err := url.ParseQuery(tt.query)
		if err != nil {
			t.Fatal(err)
		}
		got := m.NewRequest()
		err = m.Resolve(got, tt.vars, query)
		if text(err) != tt.err {
			t.Errorf("%s ?%s: error %q, want %q", tt.contract, tt.query, text(err), tt.err)
		}
		if tt.want == nil {
			continue
		}
		if diff := cmp.Diff(tt.want, got, protocmp.Transform()); diff != "" {
			t.Errorf("%s ?%s (-want +got):\n%s", tt.contract, tt.query, diff)
		}
	}
}

func TestResolveNamesTheUnknownParameter(t *testing.T) {
	m := find(t, "library.ListBooks")
	var unknown *contract.UnknownParameter
	if err := m.Resolve(m.NewRequest(), nil, url.Values{"autor": {"Ada"}}); !errors.As(err, &unknown) || unknown.Name != "autor" {
		t.Errorf("the error is %v", err)
	}
}

func TestPathWinsOverBody(t *testing.T) {
	m := find(t, "library.MendBook")
	got := &library.MendBook{Id: "8", How: "glue"} // as read from the body
	if err := m.Resolve(got, map[string]string{"shelf": "a", "id": "7"}, nil); err != nil {
		t.Fatal(err)
	}
	want := &library.MendBook{Shelf: "a", Id: "7", How: "glue"}
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestQuery(t *testing.T) {
	for _, tt := range []struct {
		contract string
		msg      proto.Message
		want     string
		err      string
	}{
		{"library.GetBook", &library.GetBook{Id: "101"}, "", ""},
		{"library.ListBooks", &library.ListBooks{}, "", ""},
		{"library.ListBooks", &library.ListBooks{Author: "A & B", PageSize: 5, Tags: []string{"a", "b"}}, "author=A+%26+B&page_size=5&tags=a&tags=b", ""},
		{"library.ListBooks", &library.ListBooks{Written: &library.Period{FromYear: -5, ToYear: proto.Int32(0)}}, "written.from_year=-5&written.to_year=0", ""},
		{"library.ListBooks", &library.ListBooks{Like: []*library.Book{{Id: "1"}}}, "", "like: cannot be written as text"},
		{"library.ListBooks", &library.ListBooks{Notes: map[string]string{"a": "b"}}, "", "notes: cannot be written as text"},
		{"library.AddBook", &library.AddBook{Title: "x"}, "", ""},
		{"library.EditBook", &library.EditBook{Book: &library.Book{Id: "7", Title: "x"}, Draft: true}, "draft=true", ""},
		{"library.ReadFile", &library.ReadFile{Path: "a/b", Line: 3}, "line=3", ""},
	} {
		m := find(t, tt.contract)
		got, err := m.Query(tt.msg)
		if text(err) != tt.err || err == nil && got.Encode() != tt.want {
			t.Errorf("%s: query of %v is %q, %q; want %q, %q", tt.contract, tt.msg, got.Encode(), text(err), tt.want, tt.err)
		}
	}
}

// What the caller's side puts into path and query, the other side takes out.
func FuzzQueryThenResolve(f *testing.F) {
	f.Add("Ada", int32(5), "a", "b", int32(1900))
	f.Add("", int32(0), "", "&=?", int32(-1))
	m := find(f, "library.ListBooks")
	f.Fuzz(func(t *testing.T, author string, size int32, a, b string, year int32) {
		sent := &library.ListBooks{Author: author, PageSize: size, Tags: []string{a, b}, Written: &library.Period{ToYear: &year}}
		q, err := m.Query(sent)
		if err != nil {
			t.Fatal(err)
		}
		if q, err = url.ParseQuery(q.Encode()); err != nil {
			t.Fatal(err)
		}
		got := &library.ListBooks{}
		if err := m.Resolve(got, nil, q); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(sent, got, protocmp.Transform()); diff != "" {
			t.Errorf("(-sent +got):\n%s", diff)
		}
	})
}
