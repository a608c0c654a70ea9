package target

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

type overHTTP struct {
	client *http.Client
	first  *http.Request // what is sent, without its body
	body   []byte
}

func openHTTP(r Request, u *url.URL) (Target, error) {
	method := r.Method
	if method == "" {
		method = http.MethodGet
		if len(r.Body) > 0 {
			method = http.MethodPost
		}
	}
	first, err := http.NewRequest(method, u.String(), nil)
	if err != nil {
		return nil, sim.Invalidf("%q cannot be requested: %s", r.URL, err)
	}
	for _, h := range r.Headers {
		first.Header.Add(h[0], h[1])
		if http.CanonicalHeaderKey(h[0]) == "Host" {
			first.Host = h[1]
		}
	}
	if len(r.Body) > 0 && first.Header.Get("Content-Type") == "" {
		first.Header.Set("Content-Type", "application/json")
	}
	t := &http.Transport{
		DialContext: r.dialer().DialContext, DisableCompression: true,
		MaxIdleConnsPerHost: max(r.Callers, 1), IdleConnTimeout: 30 * time.Second, TLSHandshakeTimeout: r.Timeout,
	}
	return &overHTTP{&http.Client{
		Transport: t, Timeout: r.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // a redirect is a response
	}, first, r.Body}, nil
}

func (o *overHTTP) Send(ctx context.Context) (int, error) {
	q := o.first.Clone(ctx)
	if len(o.body) > 0 {
		q.Body, q.ContentLength = io.NopCloser(bytes.NewReader(o.body)), int64(len(o.body))
		q.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(o.body)), nil }
	}
	res, err := o.client.Do(q)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	n, err := io.Copy(io.Discard, io.LimitReader(res.Body, MaxBody+1))
	if err != nil {
		return 0, err
	}
	if n > MaxBody {
		return 0, sim.Errorf(sim.Internal, "a response of more than %d B", MaxBody)
	}
	return res.StatusCode, nil
}

func (o *overHTTP) Close() error {
	o.client.CloseIdleConnections()
	return nil
}
