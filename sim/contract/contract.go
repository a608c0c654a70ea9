// Package contract reads what the .proto files say about every rpc: its
// messages, its route (google.api.http) and what REST answers (msc.rest).
// Transports are made from it, so that a service needs no adapter for any.
//
// A contract is named by its request message, "shop.payment.v1.Charge": one
// request message per rpc. Foreign rpcs that share one (grpc.health.v1 has such)
// are named by themselves, "grpc.health.v1.Health/Check". All that is linked
// into the program can be found; nothing is registered by hand.
package contract

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

//go:generate go run -C ../.. ./sim/contract/internal/gen sim/contract services sim/transport/conform

// Idempotency says whether a caller may make a repeated request harmless with a key.
type Idempotency uint8

const (
	None     Idempotency = iota // a key has no meaning
	Optional                    // honoured when it is sent
	Required                    // refused when it is missing
)

func (i Idempotency) String() string { return [...]string{"none", "optional", "required"}[i] }

// Method is one rpc. It never changes; many goroutines may use it.
type Method struct {
	Name        string // full name of the request message: "shop.payment.v1.Charge"; of the rpc where it shares one
	Service     protoreflect.ServiceDescriptor
	Desc        protoreflect.MethodDescriptor
	Verb        string      // "GET"; "" when the rpc has no route
	Path        string      // "/products/{id}"
	Body        string      // what of the request the body carries: "*" everything that is not in the path, a field, or "" nothing
	Created     bool        // the request makes a new thing: 201
	Location    string      // where that is, with fields of the answer: "/orders/{id}"
	Idempotency Idempotency // whether a key is honoured

	full            string
	route, location template
	inURL           bool // some field of the request may stand in the query
	request, reply  protoreflect.MessageType
}

// RPC is the full name of the rpc: "shop.payment.v1.PaymentService/Charge".
func (m *Method) RPC() string { return m.full[1:] }

// FullMethod is the name as gRPC writes it: "/shop.payment.v1.PaymentService/Charge".
func (m *Method) FullMethod() string { return m.full }

// NewRequest makes an empty request.
func (m *Method) NewRequest() proto.Message { return m.request.New().Interface() }

// NewReply makes an empty answer.
func (m *Method) NewReply() proto.Message { return m.reply.New().Interface() }

// Find finds a contract by the full name of its request, "shop.payment.v1.Charge",
// or of its rpc, "shop.payment.v1.PaymentService/Charge".
func Find(name string) (*Method, bool) {
	m, ok := linked().byName[name]
	return m, ok
}

// Methods lists all contracts that have a request of their own, sorted by name.
func Methods() []*Method { return slices.Clone(linked().sorted) }

type table struct {
	byName map[string]*Method
	sorted []*Method
}

// linked is everything that was linked into the program, read once. A contract
// that cannot be read is a mistake in the program, so it panics.
var linked = sync.OnceValue(func() table {
	methods, err := read(protoregistry.GlobalFiles)
	if err != nil {
		panic("contract: " + err.Error())
	}
	return methods
})

// read makes a table of every rpc in files.
func read(files *protoregistry.Files) (table, error) {
	var rpcs []protoreflect.MethodDescriptor
	uses := map[protoreflect.FullName]int{}
	files.RangeFiles(func(f protoreflect.FileDescriptor) bool {
		for i := range f.Services().Len() {
			methods := f.Services().Get(i).Methods()
			for j := range methods.Len() {
				rpcs = append(rpcs, methods.Get(j))
				uses[methods.Get(j).Input().FullName()]++
			}
		}
		return true
	})
	t := table{byName: map[string]*Method{}}
	for _, rpc := range rpcs {
		m, err := readMethod(rpc)
		if err != nil {
			return table{}, fmt.Errorf("%s: %w", rpc.FullName(), err)
		}
		if uses[rpc.Input().FullName()] > 1 {
			m.Name = m.RPC()
		} else {
			t.sorted = append(t.sorted, m)
		}
		t.byName[m.Name], t.byName[m.RPC()] = m, m
	}
	slices.SortFunc(t.sorted, func(a, b *Method) int { return strings.Compare(a.Name, b.Name) })
	return t, nil
}
