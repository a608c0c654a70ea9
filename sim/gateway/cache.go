package gateway

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// cacheForm is the step that keeps responses for other clients: a shared cache
// (RFC 9111). It stores nothing that a service does not allow it to, and says in
// Cache-Status (RFC 9211) what it did.
func cacheForm() Form {
	return Form{
		Form: form.Form{
			Word: "cache", About: "keep responses and use them again, as far as the services allow", Example: "cache size=4MiB",
			Params: []form.Param{
				{Name: "size", Kind: form.Bytes, Default: "16MiB", Min: 1 << 10, Max: 1 << 30, About: "all stored responses together", Example: "4MiB"},
				{Name: "entry", Kind: form.Bytes, Default: "1MiB", Min: 1, Max: 1 << 20, About: "largest response that is stored", Example: "64KiB"},
			},
		},
		make: func(g *Gateway, v form.Values) sim.Middleware {
			c := &cache{now: g.env.Now, entry: v.Count("entry"), stored: newResponses(v.Count("size"))}
			return c.around
		},
	}
}

type cache struct {
	now    func() time.Time
	entry  int
	stored *responses
}

func (c *cache) around(next sim.Handler) sim.Handler {
	return func(ctx context.Context, m sim.Message) (sim.Message, error) {
		x := exchangeOf(ctx)
		if m.Type != sim.TypeRaw {
			return next(ctx, m)
		}
		key := x.host + " " + x.path + "?" + x.query
		if x.method != http.MethodGet && x.method != http.MethodHead {
			reply, err := next(ctx, m)
			c.invalidate(x, key, reply, err)
			return reply, err
		}
		if m.Header["range"] != nil || m.Header["if-range"] != nil {
			return bypass(ctx, m, next)
		}
		return c.get(ctx, x, key, m, next)
	}
}

// get answers a GET or HEAD: with what is stored, with what is stored and was found
// to be current, or with what the service says.
func (c *cache) get(ctx context.Context, x *exchange, key string, m sim.Message, next sim.Handler) (sim.Message, error) {
	now, wishes := c.now(), parseDirectives(m.Header["cache-control"])
	if m.Header["cache-control"] == nil && slices.Contains(m.Header["pragma"], "no-cache") {
		wishes["no-cache"] = ""
	}
	e := c.stored.find(key, m.Header)
	if e != nil && wanted(e, wishes, now) {
		return c.answer(m, e, now, "hit")
	}
	if wishes.has("only-if-cached") {
		return sim.Message{}, refusal(http.StatusGatewayTimeout, "no stored response can be used, and the request wants no other")
	}
	why := "fwd=miss"
	asked := m
	if e != nil {
		if why = "fwd=stale"; e.fresh(now) {
			why = "fwd=request"
		}
		asked = conditional(m, e)
	}
	reply, err := next(ctx, asked)
	came := c.now()
	answer, ours := answered(reply, err)
	switch {
	case !ours:
		if e != nil && e.mayBeStale(now) {
			return c.answer(m, e, now, "hit; detail=stale-if-error")
		}
		return reply, err
	case e != nil && sim.RawStatus(answer) == http.StatusNotModified && confirms(answer.Header, e):
		if renewed := e.renewed(m.Header, answer.Header, now, came); renewed != nil {
			c.stored.put(key, renewed, m.Header)
			return c.answer(m, renewed, came, why+"; fwd-status=304; stored")
		}
		return c.answer(m, e, came, why+"; fwd-status=304")
	case sim.RawStatus(answer) >= 500 && e != nil && e.mayBeStale(now):
		return c.answer(m, e, now, "hit; detail=stale-if-error")
	}
	if x.method == http.MethodGet {
		if fresh := newEntry(m.Header, answer, now, came); fresh != nil && len(fresh.body) <= c.entry {
			c.stored.put(key, fresh, m.Header)
			why += "; stored"
		} else if e != nil {
			c.stored.forget(key) // what came is newer, and may not be kept
		}
	}
	err = say(x, &reply, err, "cache-status", "msc-sim; "+why)
	return reply, err
}

// wanted reports whether a stored response is fresh enough for a request (RFC 9111 §5.2.1).
func wanted(e *entry, wishes directives, now time.Time) bool {
	if !e.fresh(now) || wishes.has("no-cache") {
		return false
	}
	if most, ok := wishes.lasts("max-age"); ok && e.age(now) > most {
		return false
	}
	least, ok := wishes.lasts("min-fresh")
	return !ok || e.life-e.age(now) >= least
}

// conditional asks whether a stored response is still current.
func conditional(m sim.Message, e *entry) sim.Message {
	c := m
	if tag := e.header["etag"]; tag != nil {
		c.Header = with(c.Header, "if-none-match", append(slices.Clone(m.Header["if-none-match"]), tag...))
	}
	if changed := e.header["last-modified"]; changed != nil && m.Header["if-modified-since"] == nil {
		c.Header = with(c.Header, "if-modified-since", changed)
	}
	return c
}

// confirms reports whether a 304 speaks of the stored response: it names its tag, or none.
func confirms(h sim.Header, e *entry) bool {
	tag := h.Get("etag")
	return tag == "" || tag == e.header.Get("etag")
}

// answer gives a stored response, or 304 when the client has it already.
func (c *cache) answer(m sim.Message, e *entry, now time.Time, what string) (sim.Message, error) {
	reply := e.response(now)
	reply.Header["cache-status"] = []string{"msc-sim; " + what}
	if e.status == http.StatusOK && unchanged(m.Header, e) {
		return sim.RawResponse(http.StatusNotModified, "", reply.Header, nil), nil
	}
	if e.status < 400 {
		return reply, nil
	}
	err := sim.Errorf(sim.CodeOfHTTP(e.status), "a stored response: %d %s", e.status, http.StatusText(e.status))
	err.HTTP, err.Remote, err.Answer = e.status, true, &reply
	return sim.Message{}, err
}

// unchanged evaluates the conditions of a client (RFC 9110 §13.2.2).
func unchanged(request sim.Header, e *entry) bool {
	if tags := request["if-none-match"]; tags != nil {
		own := strings.TrimPrefix(e.header.Get("etag"), "W/")
		for _, line := range tags {
			for _, tag := range splitQuoted(line) {
				if tag = strings.TrimSpace(tag); tag == "*" || own != "" && strings.TrimPrefix(tag, "W/") == own {
					return true
				}
			}
		}
		return false
	}
	since, ok := date(request["if-modified-since"])
	changed, known := date(e.header["last-modified"])
	return ok && known && !changed.After(since)
}

// answered is the response of the service; ours is false when there is none.
func answered(reply sim.Message, err error) (_ sim.Message, ours bool) {
	if err == nil {
		return reply, reply.Type == sim.TypeRaw
	}
	e := sim.AsError(err)
	if e.Remote && e.Answer != nil {
		return *e.Answer, true
	}
	return sim.Message{}, false
}

// invalidate forgets what a request has changed (RFC 9111 §4.4): its own path, and
// those that the response names on the same host.
func (c *cache) invalidate(x *exchange, key string, reply sim.Message, err error) {
	if err != nil || x.method == http.MethodOptions || x.method == http.MethodTrace {
		return
	}
	c.stored.forget(key)
	for _, name := range []string{"location", "content-location"} {
		u, err := url.Parse(reply.Header.Get(name))
		if err == nil && strings.HasPrefix(u.Path, "/") && (u.Host == "" || u.Host == x.host) {
			c.stored.forget(x.host + " " + u.EscapedPath() + "?" + u.RawQuery)
		}
	}
}

// bypass hands a request on and says that nothing stored was looked for.
func bypass(ctx context.Context, m sim.Message, next sim.Handler) (sim.Message, error) {
	reply, err := next(ctx, m)
	err = say(exchangeOf(ctx), &reply, err, "cache-status", "msc-sim; fwd=bypass")
	return reply, err
}
