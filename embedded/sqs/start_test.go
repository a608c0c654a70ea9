package sqs_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	client "github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/msc-sim/msc-sim/embedded/sqs"
)

// start starts a server for one test.
func start(t *testing.T, o sqs.Options) *sqs.Server {
	t.Helper()
	s, err := sqs.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closed(t, s) })
	return s
}

func closed(t *testing.T, s *sqs.Server) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// connect is a client as anybody outside would write it, except that it tries
// once only.
func connect(t *testing.T, s *sqs.Server, key string) *client.Client {
	t.Helper()
	tr := &http.Transport{}
	t.Cleanup(tr.CloseIdleConnections)
	return client.New(client.Options{
		Region: "us-east-1", BaseEndpoint: aws.String("http://" + s.Addr()), Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider(key, "secret", ""), HTTPClient: &http.Client{Transport: tr},
	})
}

func TestStartRefuses(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, addr := range []string{"0.0.0.0:0", "192.0.2.1:9324", ":9324", "localhost", "127.0.0.1:x", taken.Addr().String()} {
		if s, err := sqs.Start(t.Context(), sqs.Options{Addr: addr}); err == nil {
			t.Errorf("%q was served", addr)
			closed(t, s)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if s, err := sqs.Start(ended, sqs.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context: %v, %v", s, err)
	}
}

// Who reaches the port and is still not served.
func TestWhoMayNotAsk(t *testing.T) {
	s := start(t, sqs.Options{})
	for name, change := range map[string]func(*http.Request){
		"a page in a browser":        func(r *http.Request) { r.Header.Set("Origin", "http://example.com") },
		"another name for this host": func(r *http.Request) { r.Host = "example.com" },
		"reading":                    func(r *http.Request) { r.Method = http.MethodGet },
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+s.Addr(), strings.NewReader("Action=ListQueues"))
		if err != nil {
			t.Fatal(err)
		}
		change(r)
		res, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode < 400 {
			t.Errorf("%s: %s", name, res.Status)
		}
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
}

func TestAccessKeys(t *testing.T) {
	s := start(t, sqs.Options{AccessKey: "mine"})
	if _, err := connect(t, s, "mine").ListQueues(t.Context(), nil); err != nil {
		t.Error(err)
	}
	_, err := connect(t, s, "other").ListQueues(t.Context(), nil)
	if err == nil || !strings.Contains(err.Error(), "InvalidClientTokenId") {
		t.Errorf("another key: %v", err)
	}
}

// A poll that waits does not keep the server from closing.
func TestCloseEndsPolls(t *testing.T) {
	s := start(t, sqs.Options{})
	c := connect(t, s, "x")
	q, err := c.CreateQueue(t.Context(), &client.CreateQueueInput{QueueName: aws.String("orders")})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		_, err := c.ReceiveMessage(t.Context(), &client.ReceiveMessageInput{QueueUrl: q.QueueUrl, WaitTimeSeconds: 20})
		done <- err
	}()
	closed(t, s)
	<-done // with an empty answer, or none when the request came too late
}
