package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// patience is how long a running world may take to say who it is.
const patience = 2 * time.Second

// maxReply bounds what is read of an answer, in bytes. Thousands of links fit.
const maxReply = 16 << 20

// List is every world of this person that runs on this machine. Records of
// runs that are gone are removed.
func List(ctx context.Context, dir string) ([]Record, error) {
	files, err := paths(dir)
	if err != nil {
		return nil, err
	}
	var alive []Record
	for _, path := range files {
		r, err := read(path)
		if err == nil && !r.gone(ctx) {
			alive = append(alive, r)
			continue
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		_ = os.Remove(path)
	}
	return alive, nil
}

// gone reports whether nobody, or somebody else, answers at the address of r.
// A process number would not tell: numbers are used again. A world that does not
// answer in time may be busy, so it counts as being there.
func (r Record) gone(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	who, err := r.Identity(ctx)
	if err == nil {
		return who.ID != r.ID
	}
	return ctx.Err() == nil
}

// Find is the running world with this id, or the only one when id is "".
func Find(ctx context.Context, dir, id string) (Record, error) {
	all, err := List(ctx, dir)
	if err != nil {
		return Record{}, err
	}
	var ids []string
	for _, r := range all {
		if r.ID == id || id == "" && len(all) == 1 {
			return r, nil
		}
		ids = append(ids, r.ID)
	}
	switch {
	case len(all) == 0:
		return Record{}, sim.Errorf(sim.Unavailable, "no world is running on this machine").WithFix("start one in another terminal: msc-sim serve checkout")
	case id == "":
		return Record{}, sim.Invalidf("%d worlds are running", len(all)).WithFix("say which: --world %s", strings.Join(ids, " or --world "))
	default:
		return Record{}, sim.Unknown("running world", id, ids)
	}
}

// Identity asks a running world who it is.
func (r Record) Identity(ctx context.Context) (who Identity, err error) {
	err = r.ask(ctx, http.MethodGet, "/v1/world", nil, &who)
	return who, err
}

// Do sends one line of the door and waits until its effect holds.
func (r Record) Do(ctx context.Context, line string) (Done, error) {
	body, err := json.Marshal(Line{line})
	if err != nil {
		return Done{}, sim.Invalidf("this line cannot be sent: %w", err)
	}
	var done Done
	err = r.ask(ctx, http.MethodPost, "/v1/do", body, &done)
	return done, err
}

// Show asks for what show says, as JSON with its schema. What may be several
// words, "dead order:payment".
func (r Record) Show(ctx context.Context, what string) (json.RawMessage, error) {
	var data json.RawMessage
	err := r.ask(ctx, http.MethodGet, "/v1/show?"+url.Values{"what": {what}}.Encode(), nil, &data)
	return data, err
}

// ask makes one request and reads the answer into out. What the other side
// refuses comes back as the error that it wrote.
func (r Record) ask(ctx context.Context, method, path string, body []byte, out any) error {
	req, err := http.NewRequestWithContext(ctx, method, "http://"+r.Addr+path, bytes.NewReader(body))
	if err != nil {
		return sim.Errorf(sim.Internal, "the record of %s is not an address: %w", r.ID, err)
	}
	req.Header.Set("Authorization", "Bearer "+r.Token)
	req.Header.Set("Content-Type", "application/json")
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // and no proxy
	resp, err := client.Do(req)
	if err != nil {
		return unreachable(r.ID, err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxReply))
	if err != nil {
		return unreachable(r.ID, err)
	}
	if resp.StatusCode != http.StatusOK {
		var p Problem
		if json.Unmarshal(answer, &p) != nil || p.Error.Message == "" {
			return sim.Errorf(sim.CodeOfHTTP(resp.StatusCode), "%s answered %s", r.ID, resp.Status)
		}
		return &sim.Error{Code: sim.CodeOfHTTP(resp.StatusCode), Message: p.Error.Message, Fix: p.Error.Fix, Remote: true}
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return sim.Errorf(sim.Internal, "%s answered something that is not JSON: %w", r.ID, err)
	}
	return nil
}

func unreachable(id string, err error) error {
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return sim.AsError(err)
	case errors.Is(err, syscall.ECONNREFUSED):
		return sim.Errorf(sim.Unavailable, "%s has ended", id).WithFix("msc-sim ctl list says what runs")
	default:
		return sim.Errorf(sim.Unavailable, "%s cannot be reached: %w", id, err)
	}
}
