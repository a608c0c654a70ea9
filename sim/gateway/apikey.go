package gateway

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"net/url"
	"sync"
	"time"

	"google.golang.org/genproto/googleapis/api/httpbody"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/identity"
)

// headerKey carries an API key: a secret without an end, which only its issuer can
// judge. A token is judged by the gateway itself.
const headerKey = "x-api-key"

// Bounds of what is remembered of API keys.
const (
	mostKnown = 4096
	keepKnown = 30 * time.Second // so long a key that was taken back goes on
	maxAPIKey = 200
)

// known are the API keys that were judged lately, wrong ones too, by their hashes.
type known struct {
	now func() time.Time
	mu  sync.Mutex
	all map[[sha256.Size]byte]judged
}

type judged struct {
	who   caller
	until time.Time
}

func newKnown(now func() time.Time) *known {
	return &known{now: now, all: map[[sha256.Size]byte]judged{}}
}

func (k *known) find(sum [sha256.Size]byte) (caller, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	j, ok := k.all[sum]
	return j.who, ok && k.now().Before(j.until)
}

func (k *known) keep(sum [sha256.Size]byte, who caller) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.all) >= mostKnown {
		clear(k.all) // each is asked for once more
	}
	k.all[sum] = judged{who, k.now().Add(keepKnown)}
}

func (a *auth) byKey(ctx context.Context, key string) (caller, error) {
	if key == "" || len(key) > maxAPIKey {
		return caller{}, invalid("the API key is malformed")
	}
	sum := sha256.Sum256([]byte(key))
	who, ok := a.keys.find(sum)
	if !ok {
		var err error
		if who, err = a.introspect(ctx, key); err != nil {
			return caller{}, unavailable(a.service, err)
		}
		a.keys.keep(sum, who)
	}
	if who.client == "" {
		return caller{}, invalid("the API key is unknown")
	}
	return who, nil
}

// introspect asks the issuer whose key it is (RFC 7662).
func (a *auth) introspect(ctx context.Context, key string) (caller, error) {
	const form = "application/x-www-form-urlencoded"
	reply, err := a.g.env.Call.Ask(ctx, a.service, sim.Message{
		Type: sim.TypeRaw,
		Header: sim.Header{
			sim.HeaderMethod: {http.MethodPost}, sim.HeaderPath: {identity.PathIntrospect}, "content-type": {form},
		},
		Body: &httpbody.HttpBody{ContentType: form, Data: []byte("token=" + url.QueryEscape(key))},
	})
	if err != nil {
		return caller{}, err
	}
	var said struct {
		Active bool
		Client string `json:"client_id"`
		Scope  string
	}
	_, body := sim.RawBody(reply)
	if err := json.Unmarshal(body, &said); err != nil || !said.Active {
		return caller{}, err
	}
	return caller{said.Client, said.Scope}, nil
}
