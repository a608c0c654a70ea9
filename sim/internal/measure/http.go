package measure

import (
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// HTTP is a GET over net/http alone, set up as in the examples of its own
// documentation: a mux with route, limits of time and size on the server, a
// client that keeps connections. The answer is written and read with protojson.
// What was opened is closed with b.
func HTTP(b *testing.B, route, path string, answer func() proto.Message) func() error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+route, func(w http.ResponseWriter, _ *http.Request) {
		body, err := protojson.MarshalOptions{UseProtoNames: true, EmitDefaultValues: true}.Marshal(answer())
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body) // who is gone does not want to know
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := &http.Server{Handler: mux, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, MaxHeaderBytes: 1 << 20}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }() // ends with Close
	t := &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: 30 * time.Second, DisableCompression: true}
	b.Cleanup(func() { t.CloseIdleConnections(); _ = server.Close(); <-served })
	client, url := &http.Client{Transport: t}, "http://"+l.Addr().String()+path
	kind := answer().ProtoReflect().Type()
	return func() error {
		res, err := client.Get(url)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			return err
		}
		return protojson.Unmarshal(body, kind.New().Interface())
	}
}
