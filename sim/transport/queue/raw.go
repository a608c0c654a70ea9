package queue

import (
	"strings"

	"google.golang.org/genproto/googleapis/api/httpbody"

	"github.com/msc-sim/msc-sim/sim"
)

// rewrite makes the body of p what was written by hand, of the type and the
// content type that the header claims. Method and path mean nothing in a queue.
func (p *parcel) rewrite(m sim.Message) {
	for _, k := range []string{headType, headContent} {
		if v, ok := m.Header[k]; ok {
			p.header[k] = v
		}
	}
	for k := range m.Header {
		if strings.HasPrefix(k, ":") {
			delete(p.header, k)
		}
	}
	if raw, ok := m.Body.(*httpbody.HttpBody); ok {
		p.body = raw.GetData()
	}
}
