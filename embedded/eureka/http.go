package eureka

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/msc-sim/msc-sim/embedded/directory"
	"github.com/msc-sim/msc-sim/embedded/loopback"
)

// handler answers requests, under /eureka as the usual server does, and under /eureka/v2
// as Netflix's own.
func (c *core) handler() http.Handler {
	m := http.NewServeMux()
	for pattern, h := range map[string]http.HandlerFunc{
		"GET /apps":                        c.cached(func(*http.Request) string { return "apps" }),
		"GET /apps/{$}":                    c.cached(func(*http.Request) string { return "apps" }),
		"GET /apps/delta":                  c.cached(func(*http.Request) string { return "delta" }),
		"GET /apps/{app}":                  c.cached(func(r *http.Request) string { return "apps/" + strings.ToUpper(r.PathValue("app")) }),
		"GET /vips/{vip}":                  c.cached(func(r *http.Request) string { return "vips/" + r.PathValue("vip") }),
		"GET /svips/{vip}":                 c.cached(func(r *http.Request) string { return "svips/" + r.PathValue("vip") }),
		"GET /apps/{app}/{id}":             c.one,
		"GET /instances/{id}":              c.one,
		"POST /apps/{app}":                 c.register,
		"PUT /apps/{app}/{id}":             c.renew,
		"DELETE /apps/{app}/{id}":          c.cancel,
		"PUT /apps/{app}/{id}/status":      c.override,
		"DELETE /apps/{app}/{id}/status":   c.unoverride,
		"PUT /apps/{app}/{id}/metadata":    c.annotate,
		"POST /peerreplication/batch/{$}":  refuseTo("this server has no peers"),
		"PUT /asg/{name}/status":           refuseTo("there are no autoscaling groups here"),
		"PUT /instances/{id}/status":       refuseTo("use /eureka/apps/{app}/{id}/status"),
		"POST /apps/{app}/{id}":            refuseTo("register at /eureka/apps/{app}"),
		"GET /apps/{app}/{id}/status":      refuseTo("the status is in /eureka/apps/{app}/{id}"),
		"POST /apps":                       refuseTo("register at /eureka/apps/{app}"),
		"DELETE /apps/{app}":               refuseTo("cancel one instance: /eureka/apps/{app}/{id}"),
		"GET /status":                      refuseTo("msc-sim show registry says how this server is"),
		"GET /lastn":                       refuseTo("msc-sim show registry says how this server is"),
		"GET /serverinfo/statusoverrides/": refuseTo("overrides are in /eureka/apps"),
	} {
		m.HandleFunc(pattern, h)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path, ok := strings.CutPrefix(r.URL.EscapedPath(), "/eureka")
		switch {
		case !loopback.IsHost(r.Host) || r.Header.Get("Origin") != "":
			http.Error(w, "only programs of this machine are served, under names such as 127.0.0.1 and localhost; web pages are not", http.StatusForbidden)
			return
		case !ok || path != "" && path[0] != '/':
			http.Error(w, "Eureka is found under /eureka: try /eureka/apps", http.StatusNotFound)
			return
		}
		path = strings.TrimPrefix(path, "/v2")
		if path == "" || path == "/" {
			path = "/apps"
		}
		if path != "/apps/" {
			path = strings.TrimSuffix(path, "/")
		}
		inner, err := under(r, path)
		if err != nil {
			http.Error(w, "the path cannot be read", http.StatusBadRequest)
			return
		}
		m.ServeHTTP(w, inner)
	})
}

// under is a request with another path, which may have escapes, such as an id with a colon.
func under(r *http.Request, escaped string) (*http.Request, error) {
	path, err := url.PathUnescape(escaped)
	if err != nil || strings.Contains(escaped, "//") {
		return nil, errBad
	}
	inner := r.Clone(r.Context())
	inner.URL.Path, inner.URL.RawPath = path, escaped
	return inner, nil
}

func refuseTo(why string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { http.Error(w, why, http.StatusNotFound) }
}

// wantsXML reports whether an answer is XML: unless JSON is asked for.
func wantsXML(r *http.Request) bool { return !strings.Contains(r.Header.Get("Accept"), "json") }

// cached answers with a document of the cache.
func (c *core) cached(path func(*http.Request) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		q := request{
			path: path(r), xml: wantsXML(r), compact: strings.EqualFold(r.Header.Get("X-Eureka-Accept"), "compact"),
			gzip: strings.Contains(r.Header.Get("Accept-Encoding"), "gzip"),
		}
		body, age := c.cache.get(q)
		if body == nil {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		if q.gzip {
			w.Header().Set("Content-Encoding", "gzip")
		}
		w.Header().Add("Vary", "Accept, Accept-Encoding, X-Eureka-Accept")
		answer(w, body, q.xml)
		c.o.Observe(Move{Kind: Fetched, Path: q.path, Age: age})
	}
}

func answer(w http.ResponseWriter, body []byte, asXML bool) {
	kind := "application/json"
	if asXML {
		kind = "application/xml"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // a client that left does not take it
}

// lookUp finds an instance as it is now. Of /instances, the application is not known.
func (c *core) lookUp(app, id string) (*directory.Instance, bool) {
	all, _ := c.o.Directory.All()
	if app != "" {
		all, _ = c.o.Directory.Service(strings.ToLower(app))
	}
	for _, i := range all {
		if i.ID == id || i.ID == i.Service+"/"+id {
			return i, true
		}
	}
	return nil, false
}

func (c *core) one(w http.ResponseWriter, r *http.Request) {
	i, ok := c.lookUp(r.PathValue("app"), r.PathValue("id"))
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	n := c.leases.describe(i)
	asXML := wantsXML(r)
	answer(w, write("instance", n.describe(false, c.o.Timing), asXML), asXML)
}

func (c *core) register(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			http.Error(w, "an instance has at most 64 KiB", http.StatusRequestEntityTooLarge)
			return
		}
		http.Error(w, "the body cannot be read", http.StatusBadRequest)
		return
	}
	n, err := parse(body, strings.Contains(r.Header.Get("Content-Type"), "xml"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if missing := n.missing(strings.ToUpper(r.PathValue("app"))); missing != "" {
		http.Error(w, missing, http.StatusBadRequest)
		return
	}
	if err := c.leases.register(n); err != nil {
		code := http.StatusBadRequest
		if errors.Is(err, directory.ErrFull) {
			code = http.StatusServiceUnavailable
		}
		http.Error(w, err.Error(), code)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// missing says in Eureka's words what an instance lacks.
func (n *info) missing(app string) string {
	switch {
	case n.InstanceID == "":
		return "Missing instanceId"
	case n.HostName == "":
		return "Missing hostname"
	case n.IPAddr == "":
		return "Missing ip address"
	case n.App == "":
		return "Missing appName"
	case n.App != app:
		return "Mismatched appName, expecting " + app + " but was " + n.App
	case n.DataCenterClass == "" && n.DataCenter == "":
		return "Missing dataCenterInfo, or its name"
	}
	return ""
}

func (c *core) renew(w http.ResponseWriter, r *http.Request) {
	var dirty int64
	if s := r.URL.Query().Get("lastDirtyTimestamp"); s != "" {
		var err error
		if dirty, err = strconv.ParseInt(s, 10, 64); err != nil {
			http.Error(w, "lastDirtyTimestamp is not a number", http.StatusBadRequest)
			return
		}
	}
	switch v, n := c.leases.renew(keyIn(r), dirty, r.Header.Get("X-Netflix-Discovery-Replication") == "true"); v {
	case unheard:
		w.WriteHeader(http.StatusNotFound)
	case outdated:
		asXML := wantsXML(r)
		body := write("instance", n.describe(false, c.o.Timing), asXML)
		w.Header().Set("Content-Type", "application/json")
		if asXML {
			w.Header().Set("Content-Type", "application/xml")
		}
		w.WriteHeader(http.StatusConflict)
		_, _ = w.Write(body) // a client that left does not take it
	}
}

func keyIn(r *http.Request) key { return keyOf(r.PathValue("app"), r.PathValue("id")) }

func found(w http.ResponseWriter, ok bool) {
	if !ok {
		w.WriteHeader(http.StatusNotFound)
	}
}

func (c *core) cancel(w http.ResponseWriter, r *http.Request) { found(w, c.leases.cancel(keyIn(r))) }

func (c *core) override(w http.ResponseWriter, r *http.Request) {
	value := r.URL.Query().Get("value")
	if toStatus[value] == "" {
		http.Error(w, "value must be UP, DOWN, STARTING, OUT_OF_SERVICE or UNKNOWN", http.StatusBadRequest)
		return
	}
	found(w, c.leases.override(keyIn(r), value))
}

func (c *core) unoverride(w http.ResponseWriter, r *http.Request) {
	found(w, c.leases.unoverride(keyIn(r), word(r.URL.Query().Get("value"), unknown)))
}

func (c *core) annotate(w http.ResponseWriter, r *http.Request) {
	add := map[string]string{}
	for name, values := range r.URL.Query() {
		add[name] = values[0]
	}
	found(w, c.leases.annotate(keyIn(r), add))
}
