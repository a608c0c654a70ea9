package target

import (
	"context"
	"net"
	"net/url"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"
	grpcstatus "google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/msc-sim/msc-sim/sim"
)

type overGRPC struct {
	conn    *grpc.ClientConn
	path    string // /package.Service/Method
	request []byte
	headers metadata.MD
	timeout time.Duration
}

func openGRPC(ctx context.Context, r Request, u *url.URL) (_ Target, err error) {
	service, method, ok := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	if !ok || service == "" || method == "" {
		return nil, sim.Invalidf("%q names no method", r.URL).WithFix("write grpc://%s/package.Service/Method", u.Host)
	}
	dial := r.dialer()
	conn, err := grpc.NewClient("passthrough:///"+u.Host,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(MaxBody)),
		grpc.WithDisableRetry(), // one request is one request
		grpc.WithContextDialer(func(ctx context.Context, at string) (net.Conn, error) { return dial.DialContext(ctx, "tcp", at) }))
	if err != nil {
		return nil, sim.Invalidf("%q: %s", r.URL, err)
	}
	defer func() {
		if err != nil {
			_ = conn.Close()
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, r.Timeout)
	defer cancel()
	m, err := methodOf(ctx, conn, service, method)
	if err != nil {
		return nil, err
	}
	if m.IsStreamingClient() || m.IsStreamingServer() {
		return nil, sim.Invalidf("%s is a stream", m.FullName()).WithFix("a load is of unary methods: one request, one response")
	}
	o := &overGRPC{conn: conn, path: "/" + service + "/" + method, headers: metadata.MD{}, timeout: r.Timeout}
	for _, h := range r.Headers {
		o.headers.Append(h[0], h[1])
	}
	request := dynamicpb.NewMessage(m.Input())
	if len(r.Body) > 0 {
		if err := protojson.Unmarshal(r.Body, request); err != nil {
			return nil, sim.Invalidf("the body is not a %s: %s", m.Input().FullName(), err)
		}
	}
	o.request, err = proto.Marshal(request)
	return o, err
}

// encoded is the codec of a load: its requests are encoded once, and responses are
// read and not decoded.
type encoded struct{}

func (encoded) Name() string                  { return "proto" }
func (encoded) Marshal(v any) ([]byte, error) { return v.([]byte), nil }
func (encoded) Unmarshal([]byte, any) error   { return nil }

// Send counts a status of the server's as a response; UNAVAILABLE, and what the
// client itself cancelled, is none.
func (o *overGRPC) Send(ctx context.Context) (int, error) {
	ctx, cancel := context.WithTimeout(metadata.NewOutgoingContext(ctx, o.headers), o.timeout)
	defer cancel()
	err := o.conn.Invoke(ctx, o.path, o.request, nil, grpc.ForceCodec(encoded{}))
	switch code := grpcstatus.Code(err); {
	case ctx.Err() != nil && err != nil:
		return 0, ctx.Err()
	case code == codes.Unavailable:
		return 0, sim.Errorf(sim.Unavailable, "%s", err)
	default:
		return int(code), nil
	}
}

func (o *overGRPC) Close() error { return o.conn.Close() }

// methodOf asks the server's reflection (grpc.reflection.v1) for a method.
func methodOf(ctx context.Context, conn *grpc.ClientConn, service, method string) (protoreflect.MethodDescriptor, error) {
	ask, err := reflectionv1.NewServerReflectionClient(conn).ServerReflectionInfo(ctx)
	if err != nil {
		return nil, unreflected(err)
	}
	defer func() { _ = ask.CloseSend() }()
	files, err := filesOf(ask, service)
	if err != nil {
		return nil, err
	}
	d, err := files.FindDescriptorByName(protoreflect.FullName(service))
	s, ok := d.(protoreflect.ServiceDescriptor)
	if err != nil || !ok {
		return nil, sim.Errorf(sim.NotFound, "%s is no service of this server", service)
	}
	var all []string
	for i := range s.Methods().Len() {
		all = append(all, string(s.Methods().Get(i).Name()))
	}
	if m := s.Methods().ByName(protoreflect.Name(method)); m != nil {
		return m, nil
	}
	return nil, sim.Unknown("method", method, all)
}

// filesOf reads the file that has the symbol, and all that it imports.
func filesOf(ask reflectionv1.ServerReflection_ServerReflectionInfoClient, symbol string) (*protoregistry.Files, error) {
	set, known, wanted := &descriptorpb.FileDescriptorSet{}, map[string]bool{}, []string(nil)
	request := &reflectionv1.ServerReflectionRequest{MessageRequest: &reflectionv1.ServerReflectionRequest_FileContainingSymbol{FileContainingSymbol: symbol}}
	for {
		if err := ask.Send(request); err != nil {
			return nil, unreflected(err)
		}
		got, err := ask.Recv()
		if err != nil {
			return nil, unreflected(err)
		}
		if e := got.GetErrorResponse(); e != nil {
			return nil, unknownService(ask, symbol)
		}
		for _, raw := range got.GetFileDescriptorResponse().GetFileDescriptorProto() {
			f := &descriptorpb.FileDescriptorProto{}
			if err := proto.Unmarshal(raw, f); err != nil {
				return nil, sim.Errorf(sim.Internal, "the server's reflection sent a descriptor that cannot be read: %s", err)
			}
			if known[f.GetName()] {
				continue
			}
			known[f.GetName()] = true
			set.File = append(set.File, f)
			wanted = append(wanted, f.GetDependency()...)
		}
		for len(wanted) > 0 && known[wanted[0]] {
			wanted = wanted[1:]
		}
		if len(wanted) == 0 || len(known) > maxFiles {
			break
		}
		request = &reflectionv1.ServerReflectionRequest{MessageRequest: &reflectionv1.ServerReflectionRequest_FileByFilename{FileByFilename: wanted[0]}}
		wanted = wanted[1:]
	}
	files, err := protodesc.NewFiles(set)
	if err != nil {
		return nil, sim.Errorf(sim.Internal, "the server's reflection is not whole: %s", err)
	}
	return files, nil
}

// unknownService names the services that the server has.
func unknownService(ask reflectionv1.ServerReflection_ServerReflectionInfoClient, service string) error {
	err := ask.Send(&reflectionv1.ServerReflectionRequest{MessageRequest: &reflectionv1.ServerReflectionRequest_ListServices{}})
	if err != nil {
		return unreflected(err)
	}
	got, err := ask.Recv()
	if err != nil {
		return unreflected(err)
	}
	var all []string
	for _, s := range got.GetListServicesResponse().GetService() {
		all = append(all, s.GetName())
	}
	return sim.Unknown("service", service, all)
}

// maxFiles bounds what a server's reflection may make us read.
const maxFiles = 500

func unreflected(err error) error {
	if grpcstatus.Code(err) == codes.Unimplemented {
		return sim.Errorf(sim.NotFound, "the server has no reflection").WithFix("register it (google.golang.org/grpc/reflection): without it the fields of a request are not known")
	}
	return sim.Errorf(sim.Unavailable, "the server does not answer reflection: %s", grpcstatus.Convert(err).Message())
}
