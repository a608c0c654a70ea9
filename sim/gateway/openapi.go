package gateway

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/contract"
	"github.com/msc-sim/msc-sim/sim/form"
)

// openAPIForm is the step that describes the routes for programs (OpenAPI 3.1). What
// a request and a response contain is read from the contract of the same path.
func openAPIForm() Form {
	return Form{
		Form: form.Form{
			Word: "openapi", About: "respond with an OpenAPI document of all routes", Example: "openapi path=/openapi.json",
			Params: []form.Param{{Name: "path", Kind: form.Text, Default: "/openapi.json", Max: 100, About: "where the document is", Example: "/openapi.json"}},
		},
		make: func(g *Gateway, v form.Values) sim.Middleware {
			path := v.Text("path")
			return func(next sim.Handler) sim.Handler {
				return func(ctx context.Context, m sim.Message) (sim.Message, error) {
					if x := exchangeOf(ctx); m.Type != sim.TypeRaw || x.path != path || x.method != http.MethodGet && x.method != http.MethodHead {
						return next(ctx, m)
					}
					b, err := json.Marshal(g.document())
					if err != nil {
						return sim.Message{}, sim.Errorf(sim.Internal, "the document cannot be written: %w", err)
					}
					return sim.RawResponse(http.StatusOK, "application/json", nil, b), nil
				}
			}
		},
	}
}

type object = map[string]any

// document describes the gateway: its paths, and the messages of their contracts.
func (g *Gateway) document() object {
	schemas := object{"Problem": object{
		"type": "object", "required": []string{"type", "title", "status"}, "properties": object{
			"type": object{"type": "string"}, "title": object{"type": "string"}, "status": object{"type": "integer"}, "detail": object{"type": "string"},
			"instance": object{"type": "string"}, "fix": object{"type": "string"}, "violated-policies": object{"type": "array", "items": object{"type": "string"}},
		},
	}}
	paths := map[string]object{}
	for _, r := range g.routes {
		path := r.documented()
		if strings.Contains(path, ".v1.") { // of gRPC alone
			continue
		}
		if paths[path] == nil {
			paths[path] = object{}
		}
		for _, method := range r.documentedMethods() {
			if verb := strings.ToLower(method); paths[path][verb] == nil {
				paths[path][verb] = r.operation(method, schemas)
			}
		}
	}
	server := "/"
	if own := g.addrs(); len(own) > 0 {
		server = "http://" + own[0]
	}
	return object{
		"openapi": "3.1.0",
		"info": object{
			"title": g.name, "version": "1", "description": "All routes of this gateway of msc-sim.",
			"license": object{"name": "Apache-2.0", "identifier": "Apache-2.0"},
		},
		"servers": []object{{"url": server}},
		"paths":   paths,
		"components": object{
			"schemas": schemas,
			"responses": object{"Problem": object{
				"description": "What went wrong, and what can be done.",
				"content":     object{"application/problem+json": object{"schema": ref("Problem")}},
			}},
			"securitySchemes": object{
				"token": object{"type": "oauth2", "flows": object{"clientCredentials": object{"tokenUrl": server + "/token", "scopes": g.scopes()}}},
				"key":   object{"type": "apiKey", "in": "header", "name": headerKey},
			},
		},
	}
}

func (g *Gateway) scopes() object {
	all := object{}
	for _, r := range g.routes {
		if r.scope != "" {
			all[r.scope] = "needed by " + r.Name
		}
	}
	return all
}

func ref(name string) object { return object{"$ref": "#/components/schemas/" + name} }

// documented is the path of a route as OpenAPI writes it, where nothing takes the rest.
func (r *Route) documented() string {
	var b strings.Builder
	for _, p := range r.path {
		switch {
		case p.rest:
			b.WriteString("/{rest}")
		case p.name != "":
			b.WriteString("/{" + p.name + "}")
		default:
			b.WriteString("/" + p.literal)
		}
	}
	return b.String()
}

func (r *Route) documentedMethods() []string {
	known := []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}
	if len(r.methods) == 0 {
		return []string{"GET", "POST", "PUT", "DELETE"}
	}
	return slices.DeleteFunc(slices.Clone(r.methods), func(m string) bool { return !slices.Contains(known, m) })
}

// operation describes one method of a route.
func (r *Route) operation(method string, schemas object) object {
	o := object{"operationId": strings.ToLower(method) + "-" + r.Name, "summary": r.Name, "security": []object{}}
	parameters := []object{}
	for _, p := range r.path {
		name := p.name
		if p.rest {
			name = "rest"
		}
		if name != "" {
			parameters = append(parameters, object{"name": name, "in": "path", "required": true, "schema": object{"type": "string"}})
		}
	}
	fine := object{"description": "The response of the service."}
	status := "200"
	if c := r.contract(method); c != nil {
		fine["content"] = object{"application/json": object{"schema": schemaOf(c.Desc.Output(), schemas)}}
		if c.Created {
			status = "201"
		}
		if c.Body == "*" {
			o["requestBody"] = object{"required": true, "content": object{"application/json": object{"schema": schemaOf(c.Desc.Input(), schemas)}}}
		}
	}
	problem := object{"$ref": "#/components/responses/Problem"}
	responses := object{status: fine, "4XX": problem, "5XX": problem}
	if r.scope != "" {
		o["security"] = []object{{"token": []string{r.scope}}, {"key": []string{}}}
	}
	if len(parameters) > 0 {
		o["parameters"] = parameters
	}
	o["responses"] = responses
	return o
}

// contract is the contract that has the path of a route; nil = none has.
func (r *Route) contract(method string) *contract.Method {
	own := shape(r.documented())
	for _, c := range contract.Methods() {
		if c.Verb == method && shape(c.Path) == own {
			return c
		}
	}
	return nil
}

// shape is a path without the names of its variables.
func shape(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if strings.HasPrefix(p, "{") {
			parts[i] = "{}"
		}
	}
	return strings.Join(parts, "/")
}

// schemaOf is the schema of a message as JSON has it; it becomes a component.
func schemaOf(d protoreflect.MessageDescriptor, schemas object) object {
	name := string(d.FullName())
	if schemas[name] == nil {
		properties := object{}
		schemas[name] = object{"type": "object", "properties": properties} // before its fields, which may speak of it
		for i := range d.Fields().Len() {
			f := d.Fields().Get(i)
			s := fieldSchema(f, schemas)
			switch {
			case f.IsMap():
				s = object{"type": "object", "additionalProperties": fieldSchema(f.MapValue(), schemas)}
			case f.IsList():
				s = object{"type": "array", "items": s}
			}
			properties[f.TextName()] = s
		}
	}
	return ref(name)
}

func fieldSchema(f protoreflect.FieldDescriptor, schemas object) object {
	switch f.Kind() {
	case protoreflect.BoolKind:
		return object{"type": "boolean"}
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind, protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		return object{"type": "integer", "format": "int32"}
	case protoreflect.FloatKind, protoreflect.DoubleKind:
		return object{"type": "number"}
	case protoreflect.BytesKind:
		return object{"type": "string", "contentEncoding": "base64"}
	case protoreflect.EnumKind:
		words := []string{}
		for i := range f.Enum().Values().Len() {
			words = append(words, string(f.Enum().Values().Get(i).Name()))
		}
		return object{"type": "string", "enum": words}
	case protoreflect.MessageKind, protoreflect.GroupKind:
		if !strings.HasPrefix(string(f.Message().FullName()), "google.protobuf.") && !f.IsMap() {
			return schemaOf(f.Message(), schemas)
		}
		return object{}
	}
	return object{"type": "string"} // texts, and 64 bits, which do not fit into a JSON number everywhere
}
