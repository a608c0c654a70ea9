package grpc_test

import (
	"context"
	"io"
	"os/exec"
	"strings"
	"testing"

	stock "google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	testv1 "google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/metadata"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/status"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/grpc"
)

var plaintext = stock.WithTransportCredentials(insecure.NewCredentials())

// A client that protoc-gen-go-grpc made calls as it would any server.
func TestAGeneratedClientWorks(t *testing.T) {
	s := open(t, grpc.Options{}, decide, interop...)
	client := testv1.NewTestServiceClient(s.stranger())
	var header metadata.MD
	ctx := metadata.AppendToOutgoingContext(t.Context(), keyInitial, "hello")
	reply, err := client.UnaryCall(ctx, &testv1.SimpleRequest{ResponseSize: 12}, stock.Header(&header))
	if err != nil || len(reply.GetPayload().GetBody()) != 12 || len(header[keyInitial]) != 1 {
		t.Errorf("got %v, %v, header %v", reply, err, header)
	}
	if m, span := s.last(); span.Note.Label != "TestService/UnaryCall" || !strings.HasPrefix(span.Note.Peer, "grpc-go/") || m.Header.Get(sim.HeaderUserAgent) == "" || span.ID == 0 {
		t.Errorf("arrived as %+v with %v", span, m.Header)
	}
	talk, err := client.FullDuplexCall(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := talk.Send(outputs(5)); err != nil {
			t.Fatal(err)
		}
		if got, err := talk.Recv(); err != nil || len(got.GetPayload().GetBody()) != 5 {
			t.Errorf("got %v, %v", got, err)
		}
	}
	_ = talk.CloseSend()
	if _, err := talk.Recv(); err != io.EOF {
		t.Errorf("after the end: %v", err)
	}
}

func TestStrangersHearWhatIsWrong(t *testing.T) {
	s := open(t, grpc.Options{}, func(_ context.Context, m sim.Message) (sim.Message, error) {
		if m.Refused != nil {
			return sim.Message{}, m.Refused
		}
		return sim.Message{}, sim.Errorf(sim.Conflict, "it is taken").WithFix("take another")
	}, interop...)
	cc := s.stranger()
	_, err := testv1.NewTestServiceClient(cc).EmptyCall(t.Context(), &testv1.Empty{})
	if st := status.Convert(err); st.Code() != codes.FailedPrecondition || st.Message() != "it is taken" || len(st.Details()) != 1 {
		t.Errorf("got %v with %v", st, st.Details())
	}
	for _, rpc := range []string{"/grpc.testing.TestService/UnimplementedCall", "/grpc.testing.UnimplementedService/UnimplementedCall", "/x"} {
		err := cc.Invoke(t.Context(), rpc, &testv1.Empty{}, &testv1.Empty{})
		if status.Code(err) != codes.Unimplemented {
			t.Errorf("%s: %v", rpc, err)
		}
		if m, span := s.last(); m.Refused == nil || strings.Contains(span.Note.Label, "\x1b") {
			t.Errorf("%s was not recorded as refused: %+v %+v", rpc, m, span.Note)
		}
	}
}

// A client may compress what it sends (doc/compression.md of gRPC). The compressor
// is registered by the server alone: this test does not import it.
func TestACompressedRequestIsRead(t *testing.T) {
	s := open(t, grpc.Options{}, decide, interop...)
	client := testv1.NewTestServiceClient(s.stranger())
	reply, err := client.UnaryCall(t.Context(), &testv1.SimpleRequest{ResponseSize: 12}, stock.UseCompressor("gzip"))
	if err != nil || len(reply.GetPayload().GetBody()) != 12 {
		t.Errorf("got %v, %v", reply, err)
	}
}

func TestAHandlerThatPanicsTakesNobodyAlong(t *testing.T) {
	said := make(chan string, 1)
	s := open(t, grpc.Options{Say: func(text string) { said <- text }}, func(context.Context, sim.Message) (sim.Message, error) { panic("oops") }, interop...)
	_, err := testv1.NewTestServiceClient(s.stranger()).EmptyCall(t.Context(), &testv1.Empty{})
	if status.Code(err) != codes.Internal || strings.Contains(err.Error(), "oops") {
		t.Errorf("the caller was told %v", err)
	}
	if got := <-said; !strings.Contains(got, "oops") {
		t.Errorf("we were told %q", got)
	}
}

func TestHealthAndReflection(t *testing.T) {
	s := open(t, grpc.Options{}, decide, interop...)
	cc := s.stranger()
	health := healthv1.NewHealthClient(cc)
	for _, service := range []string{"", "grpc.testing.TestService"} {
		got, err := health.Check(t.Context(), &healthv1.HealthCheckRequest{Service: service})
		if err != nil || got.GetStatus() != healthv1.HealthCheckResponse_SERVING {
			t.Errorf("%q: %v, %v", service, got, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ask, err := reflectionv1.NewServerReflectionClient(cc).ServerReflectionInfo(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := ask.Send(&reflectionv1.ServerReflectionRequest{MessageRequest: &reflectionv1.ServerReflectionRequest_ListServices{}}); err != nil {
		t.Fatal(err)
	}
	got, err := ask.Recv()
	if err != nil || !strings.Contains(got.String(), `"grpc.testing.TestService"`) {
		t.Errorf("reflection says %v, %v", got, err)
	}
	_ = ask.CloseSend()
	if _, err := ask.Recv(); err != io.EOF {
		t.Errorf("reflection ended with %v", err)
	}
}

// Somebody who watches the health of a server does not keep it from closing.
func TestAWatcherDoesNotHoldUpAClosingServer(t *testing.T) {
	s := open(t, grpc.Options{}, decide, interop...)
	watch, err := healthv1.NewHealthClient(s.stranger()).Watch(t.Context(), &healthv1.HealthCheckRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := watch.Recv(); err != nil {
		t.Fatal(err)
	}
	if err := s.end(); err != nil {
		t.Error(err)
	}
	if _, err := watch.Recv(); err == nil {
		t.Error("the watch goes on")
	}
}

// The client by which all gRPC implementations try each other; .ci/run installs
// it (google.golang.org/grpc/interop/client) under this name.
const interopClient = "grpc-interop-client"

func TestInteropClientPasses(t *testing.T) {
	if _, err := exec.LookPath(interopClient); err != nil {
		t.Skip("not installed: ", interopClient)
	}
	s := open(t, grpc.Options{}, decide, interop...)
	host, port, _ := strings.Cut(s.addr, ":")
	for _, name := range []string{
		"empty_unary", "large_unary", "client_streaming", "server_streaming", "ping_pong", "empty_stream",
		"timeout_on_sleeping_server", "cancel_after_begin", "cancel_after_first_response", "status_code_and_message",
		"special_status_message", "custom_metadata", "unimplemented_method", "unimplemented_service",
	} {
		t.Run(name, func(t *testing.T) {
			out, err := exec.CommandContext(t.Context(), interopClient, "-server_host", host, "-server_port", port, "-test_case", name).CombinedOutput()
			if err != nil {
				t.Errorf("%v\n%.2000s", err, out)
			}
		})
	}
}
