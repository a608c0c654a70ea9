package measure

import (
	"context"
	"net"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"
)

// GRPC is a unary call over grpc-go alone, as generated code makes and takes it:
// one connection, no options. Method is "/pkg.Service/Method". What was opened is
// closed with b.
func GRPC(b *testing.B, method string, request proto.Message, answer func() proto.Message) func() error {
	asked, answered := request.ProtoReflect().Type(), answer().ProtoReflect().Type()
	service, name, _ := strings.Cut(strings.TrimPrefix(method, "/"), "/")
	server := grpc.NewServer()
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: service, HandlerType: (*any)(nil),
		Methods: []grpc.MethodDesc{{MethodName: name, Handler: func(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
			return answer(), decode(asked.New().Interface())
		}}},
	}, nil)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }() // ends with Stop
	client, err := grpc.NewClient(l.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = client.Close(); server.Stop(); <-served })
	return func() error {
		return client.Invoke(context.Background(), method, request, answered.New().Interface())
	}
}
