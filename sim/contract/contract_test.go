package contract_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/sim/contract"
	"github.com/msc-sim/msc-sim/sim/contract/internal/library"
)

// terms are what a contract says, without the machinery.
type terms struct {
	Name, RPC, Verb, Path, Body string
	Created                     bool
	Location, Idempotency       string
}

func termsOf(m *contract.Method) terms {
	return terms{m.Name, m.RPC(), m.Verb, m.Path, m.Body, m.Created, m.Location, m.Idempotency.String()}
}

func TestFindReadsWhatTheContractSays(t *testing.T) {
	for _, want := range []terms{
		{Name: "library.GetBook", RPC: "library.Library/GetBook", Verb: "GET", Path: "/books/{id}", Idempotency: "none"},
		{Name: "library.AddBook", RPC: "library.Library/AddBook", Verb: "POST", Path: "/books", Body: "*", Created: true, Location: "/books/{id}", Idempotency: "required"},
		{Name: "library.EditBook", RPC: "library.Library/EditBook", Verb: "PUT", Path: "/books/{book.id}", Body: "book", Idempotency: "optional"},
		{Name: "library.DropBook", RPC: "library.Library/DropBook", Verb: "DELETE", Path: "/books/{id}", Idempotency: "none"},
		{Name: "library.MendBook", RPC: "library.Library/MendBook", Verb: "PATCH", Path: "/shelves/{shelf}/books/{id}", Body: "*", Idempotency: "none"},
		{Name: "library.Whisper", RPC: "library.Library/Whisper", Idempotency: "none"},
		{Name: "library.Twins/Left", RPC: "library.Twins/Left", Idempotency: "none"}, // shares its request with Right
	} {
		for _, name := range []string{want.Name, want.RPC} {
			m, ok := contract.Find(name)
			if !ok {
				t.Errorf("Find(%q) finds nothing", name)
				continue
			}
			if diff := cmp.Diff(want, termsOf(m)); diff != "" {
				t.Errorf("Find(%q) (-want +got):\n%s", name, diff)
			}
		}
	}
}

func TestFindDoesNotGuess(t *testing.T) {
	for _, name := range []string{"", "GetBook", "library.Book", "library.Library", "library.Twin", "library.Twins"} {
		if m, ok := contract.Find(name); ok {
			t.Errorf("Find(%q) finds %s", name, m.RPC())
		}
	}
}

func TestMethodsAreSortedAndTheCallersOwn(t *testing.T) {
	names := func() (ns []string) {
		for _, m := range contract.Methods() {
			ns = append(ns, m.Name)
		}
		return ns
	}
	got := names()
	if !slices.IsSorted(got) || !slices.Contains(got, "library.GetBook") || slices.Contains(got, "library.Twin") || slices.Contains(got, "library.Twins/Left") {
		t.Errorf("Methods are %v", got)
	}
	clear(contract.Methods())
	if diff := cmp.Diff(got, names()); diff != "" {
		t.Errorf("a caller changed the list for all:\n%s", diff)
	}
}

func TestMessagesAreTheGeneratedOnes(t *testing.T) {
	m, _ := contract.Find("library.AddBook")
	if req, ok := m.NewRequest().(*library.AddBook); !ok {
		t.Errorf("NewRequest makes a %T", req)
	}
	if rep, ok := m.NewReply().(*library.Book); !ok {
		t.Errorf("NewReply makes a %T", rep)
	}
	if m.NewRequest() == m.NewRequest() {
		t.Error("two callers got the same request")
	}
}
