package control

import (
	"encoding/json"
	"mime"
	"net/http"
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
	Schema int    `json:"schema"`
	ID     string `json:"id"`
	World  string `json:"world"`
	sim.Names
}

func (s *Server) identity(w http.ResponseWriter, _ *http.Request) {
	reply(w, Identity{1, s.record.ID, s.record.World, s.world.Spec().Names()})
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
