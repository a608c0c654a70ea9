package stomp_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"testing"

	"github.com/msc-sim/msc-sim/embedded/stomp"
)

// One client sends persistent messages of 256 bytes and waits for the receipt of
// every hundredth; another takes them and acknowledges each.
func BenchmarkSendAndConsume(b *testing.B) {
	at := map[string]func() string{
		"memory": func() string { return start(b, stomp.Options{}).Addr() },
		"file":   func() string { return start(b, stomp.Options{Dir: b.TempDir()}).Addr() },
	}
	if addr := os.Getenv("MSC_SIM_ACTIVEMQ"); addr != "" {
		at["activemq"] = func() string { return addr }
	}
	for name, open := range at {
		b.Run(name, func(b *testing.B) {
			addr := open()
			from, to := dial(b, addr), dial(b, addr)
			defer from.Close()
			defer to.Close()
			say := func(c *client, text string) {
				if _, err := io.WriteString(c, text); err != nil {
					b.Error(err)
				}
			}
			hear := func(c *client, want string) string {
				f, err := c.read()
				if err != nil || f.Command != want {
					b.Fatalf("%v, %v", f, err)
				}
				return f.Header.Get("ack")
			}
			say(from, "CONNECT\naccept-version:1.2\n\n\x00")
			hear(from, "CONNECTED")
			say(to, "CONNECT\naccept-version:1.2\n\n\x00SUBSCRIBE\nid:1\ndestination:/queue/q\nack:client-individual\n\n\x00")
			hear(to, "CONNECTED")
			body := string(bytes.Repeat([]byte{'x'}, 256))
			b.ResetTimer()
			go func() { // ends with the last message
				for i := range b.N {
					receipt := ""
					if i%100 == 99 {
						receipt = "receipt:1\n"
					}
					say(from, "SEND\ndestination:/queue/q\npersistent:true\n"+receipt+"\n"+body+"\x00")
					if receipt != "" {
						if _, err := from.read(); err != nil {
							b.Error(err)
						}
					}
				}
			}()
			for range b.N {
				say(to, fmt.Sprintf("ACK\nid:%s\n\n\x00", hear(to, "MESSAGE")))
			}
		})
	}
}
