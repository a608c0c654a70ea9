package queue

import (
	"google.golang.org/genproto/googleapis/api/httpbody"

	"github.com/msc-sim/msc-sim/sim"
)

// typeRaw is the type of a message that was written by hand: its body is an
// HttpBody. It is how a lesson sends what no contract would. Nobody answers it.
const typeRaw = "google.api.HttpBody"

// rewrite makes the body of p what was written by hand, of the type and the
// content type that the header claims. Method and path mean nothing in a queue.
func (p *parcel) rewrite(m sim.Message) {
	for _, k := range []string{headType, headContent} {
		if v, ok := m.Header[k]; ok {
			p.header[k] = v
		}
	}
	delete(p.header, sim.HeaderMethod)
	delete(p.header, sim.HeaderPath)
	if raw, ok := m.Body.(*httpbody.HttpBody); ok {
		p.body = raw.GetData()
	}
}
