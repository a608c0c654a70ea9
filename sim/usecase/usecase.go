// Package usecase makes the request of a use case: a message for its contract, or
// an HTTP request as it is written, with values in the places of its fields.
package usecase

import (
	"encoding/json"
	"maps"
	"net/textproto"
	"regexp"
	"slices"
	"strings"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/contract"
	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/protobuf/encoding/protojson"
)

// field is a place in a use case where a value goes: $item.
var field = regexp.MustCompile(`\$[a-z][a-z_]*`)

// Fields lists the fields that a use case mentions.
func Fields(u *sim.UseCase) []string {
	texts := []string{u.Body, u.As}
	for _, v := range u.Header {
		texts = append(texts, v)
	}
	if u.Raw != nil {
		texts = append(texts, u.Raw.Path, u.Raw.Body)
	}
	var names []string
	for _, t := range texts {
		for _, f := range field.FindAllString(t, -1) {
			if !slices.Contains(names, f[1:]) {
				names = append(names, f[1:])
			}
		}
	}
	slices.Sort(names)
	return names
}

// fill puts values into the fields of a text; escape guards each of them.
func fill(text string, values map[string]string, escape func(string) string) string {
	return field.ReplaceAllStringFunc(text, func(f string) string { return escape(values[f[1:]]) })
}

func plainText(s string) string { return s }

// insideJSON escapes a value that stands between quotes.
func insideJSON(s string) string {
	b, _ := json.Marshal(s)
	return string(b[1 : len(b)-1])
}

// Request makes the message of a use case. Values replace its fields.
func Request(u sim.UseCase, values map[string]string) (sim.Message, error) {
	all := make(map[string]string, len(u.Fields))
	for k, v := range u.Fields {
		all[k] = v
	}
	for k, v := range values {
		if _, ok := u.Fields[k]; !ok {
			return sim.Message{}, sim.Unknown("field of "+u.Name, k, slices.Sorted(maps.Keys(u.Fields)))
		}
		if len(v) > 4096 {
			return sim.Message{}, sim.Invalidf("the value of %s is longer than 4096 bytes", k)
		}
		all[k] = v
	}
	header := sim.Header{}
	for k, v := range u.Header {
		if v = fill(v, all, plainText); v != "" {
			header[strings.ToLower(textproto.CanonicalMIMEHeaderKey(k))] = []string{v}
		}
	}
	if as := strings.TrimSpace(fill(u.As, all, plainText)); as != "" {
		header[sim.HeaderAs] = []string{as}
	}
	if u.Raw != nil {
		return rawRequest(u.Raw, header, all), nil
	}
	m, err := contractOf(u)
	if err != nil {
		return sim.Message{}, err
	}
	body := m.NewRequest()
	if u.Body != "" {
		if err := protojson.Unmarshal([]byte(fill(u.Body, all, insideJSON)), body); err != nil {
			return sim.Message{}, unfit(u, m, err)
		}
	}
	if err := renumber(body, u.Numbers); err != nil {
		return sim.Message{}, err
	}
	return sim.Message{Type: m.Name, Mode: u.Mode, Body: body, Header: header}, nil
}

// unfit says why a body is not the request of its use case. protojson writes one
// of two kinds of space, so that its texts are not relied on; the field is.
func unfit(u sim.UseCase, m *contract.Method, err error) error {
	text := strings.ReplaceAll(strings.TrimPrefix(err.Error(), "proto:"), "\u00a0", " ")
	e := sim.Invalidf("the body of %s does not fit %s: %s", u.Name, m.Name, strings.TrimSpace(text))
	if _, rest, ok := strings.Cut(text, `unknown field "`); ok {
		word, _, _ := strings.Cut(rest, `"`)
		var names []string
		fields := m.Desc.Input().Fields()
		for i := range fields.Len() {
			names = append(names, fields.Get(i).TextName())
		}
		return e.WithFix("%s", sim.AsError(sim.Unknown("field", word, names)).Fix)
	}
	return e
}

func rawRequest(r *sim.Raw, header sim.Header, values map[string]string) sim.Message {
	header[sim.HeaderMethod] = []string{r.Method}
	header[sim.HeaderPath] = []string{fill(r.Path, values, plainText)}
	return sim.Message{
		Type:   sim.TypeRaw,
		Header: header,
		Body:   &httpbody.HttpBody{Data: []byte(fill(r.Body, values, plainText))},
	}
}

// contractOf finds the contract that a use case names by its short name. Of
// several it takes the one whose package names the service.
func contractOf(u sim.UseCase) (*contract.Method, error) {
	if m, ok := contract.Find(u.Contract); ok {
		return m, nil
	}
	var short []string
	var found *contract.Method
	for _, m := range contract.Methods() {
		name := m.Name[strings.LastIndexByte(m.Name, '.')+1:]
		short = append(short, name)
		if name == u.Contract && (found == nil || strings.Contains(m.Name, "."+u.To+".")) {
			found = m
		}
	}
	if found == nil {
		return nil, sim.Unknown("request", u.Contract, short)
	}
	return found, nil
}
