package control

import (
	"encoding/json"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/door"
)

// maxBody bounds what is read of a request, in bytes. A line of the door fits
// even when JSON writes every letter of it as an escape.
const maxBody = 8 * door.MaxLine

func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", s.metrics)
	mux.HandleFunc("GET /v1/world", s.withToken(s.identity))
	mux.HandleFunc("GET /v1/show", s.withToken(s.show))
	mux.HandleFunc("POST /v1/do", s.withToken(s.do))
	return s.fromHere(mux)
}

// Identity is what /v1/world says: who this is, and the names it knows.
type Identity struct {
	Schema   int                 `json:"schema"`
	ID       string              `json:"id"`
	World    string              `json:"world"`
	Services []string            `json:"services"`
	Links    []string            `json:"links"`
	UseCases []string            `json:"use_cases"`
	Fields   map[string][]string `json:"fields"` // of every use case
	Topics   []string            `json:"topics,omitempty"`
	Queues   []string            `json:"queues"` // that there may be: of a link, or of who hears of a topic
}

func (s *Server) identity(w http.ResponseWriter, _ *http.Request) {
	spec := s.world.Spec()
	who := Identity{Schema: 1, ID: s.record.ID, World: s.record.World, Fields: map[string][]string{}}
	for _, v := range spec.Services {
		who.Services = append(who.Services, v.Name)
	}
	for _, l := range spec.Links {
		who.Links = append(who.Links, string(l.ID))
		if _, published := spec.Topic(l.ID.To()); !published {
			who.Queues = append(who.Queues, string(l.ID))
		}
	}
	for _, t := range spec.Topics {
		who.Topics = append(who.Topics, t.Name)
		for _, service := range t.To {
			who.Queues = append(who.Queues, string(sim.Link(t.Name, service)))
		}
	}
	for _, u := range spec.UseCases {
		who.UseCases = append(who.UseCases, u.Name)
		who.Fields[u.Name] = slices.Sorted(maps.Keys(u.Fields))
	}
	reply(w, who)
}

// Line is the body of a request to /v1/do.
type Line struct {
	Line string `json:"line"`
}

// Done is what /v1/do says: every event after Seq happened after the effect.
type Done struct {
	Schema int     `json:"schema"`
	Seq    sim.Seq `json:"seq"`
	Text   string  `json:"text"`
	Data   any     `json:"data,omitempty"`
}

func (s *Server) do(w http.ResponseWriter, r *http.Request) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		refuseAs(w, http.StatusUnsupportedMediaType, sim.Invalidf("the body must be JSON").WithFix("send Content-Type: application/json"))
		return
	}
	var line Line
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	d.DisallowUnknownFields()
	if err := d.Decode(&line); err != nil {
		refuse(w, sim.Invalidf("this body cannot be read: %w", err).WithFix(`write it as {"line": "send order.place"}`))
		return
	}
	c, err := door.Parse(line.Line)
	if err != nil {
		refuse(w, err)
		return
	}
	res, err := s.world.Do(r.Context(), c)
	if err != nil {
		refuse(w, err)
		return
	}
	reply(w, Done{Schema: 1, Seq: res.Seq, Text: res.Text, Data: res.Data})
}

func (s *Server) show(w http.ResponseWriter, r *http.Request) {
	c, err := door.ParseWords(append([]string{"show"}, strings.Fields(r.URL.Query().Get("what"))...))
	if err != nil {
		refuse(w, err)
		return
	}
	res, err := s.world.Do(r.Context(), c)
	if err != nil {
		refuse(w, err)
		return
	}
	data, err := withSchema(c.(sim.Show).What, res.Data)
	if err != nil {
		refuse(w, err)
		return
	}
	reply(w, data)
}
