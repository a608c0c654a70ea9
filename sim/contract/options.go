package contract

import (
	"errors"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/msc-sim/msc-sim/sim/contract/msc"
)

// readMethod makes a Method of an rpc and its two options.
func readMethod(rpc protoreflect.MethodDescriptor) (*Method, error) {
	request, err := protoregistry.GlobalTypes.FindMessageByName(rpc.Input().FullName())
	if err != nil {
		return nil, err
	}
	reply, err := protoregistry.GlobalTypes.FindMessageByName(rpc.Output().FullName())
	if err != nil {
		return nil, err
	}
	m := &Method{
		Name:    string(rpc.Input().FullName()),
		Service: rpc.Parent().(protoreflect.ServiceDescriptor),
		Desc:    rpc,
		request: request,
		reply:   reply,
	}
	m.full = "/" + string(m.Service.FullName()) + "/" + string(rpc.Name())
	return m, errors.Join(m.readRoute(), m.readRest())
}

// readRoute reads google.api.http. Of it we speak one binding per rpc.
func (m *Method) readRoute() error {
	if !proto.HasExtension(m.Desc.Options(), annotations.E_Http) {
		return nil
	}
	rule := proto.GetExtension(m.Desc.Options(), annotations.E_Http).(*annotations.HttpRule)
	switch p := rule.GetPattern().(type) {
	case *annotations.HttpRule_Get:
		m.Verb, m.Path = "GET", p.Get
	case *annotations.HttpRule_Put:
		m.Verb, m.Path = "PUT", p.Put
	case *annotations.HttpRule_Post:
		m.Verb, m.Path = "POST", p.Post
	case *annotations.HttpRule_Delete:
		m.Verb, m.Path = "DELETE", p.Delete
	case *annotations.HttpRule_Patch:
		m.Verb, m.Path = "PATCH", p.Patch
	default:
		return errors.New("a route needs get, put, post, delete or patch")
	}
	if len(rule.GetAdditionalBindings()) > 0 || rule.GetResponseBody() != "" {
		return errors.New("additional_bindings and response_body are not spoken here")
	}
	m.Body = rule.GetBody()
	if m.Body != "" && m.Body != "*" {
		if _, err := fieldsOf(m.Desc.Input(), m.Body); err != nil {
			return err
		}
	}
	var err error
	m.route, err = parseTemplate(m.Path, m.Desc.Input())
	for i := range m.Desc.Input().Fields().Len() {
		m.inURL = m.inURL || m.inQuery([]protoreflect.FieldDescriptor{m.Desc.Input().Fields().Get(i)})
	}
	return err
}

// readRest reads msc.rest.
func (m *Method) readRest() error {
	rest := proto.GetExtension(m.Desc.Options(), msc.E_Rest).(*msc.Rest)
	m.Created, m.Location = rest.GetCreated(), rest.GetLocation()
	m.Idempotency = Idempotency(rest.GetIdempotency())
	if m.Location == "" {
		return nil
	}
	var err error
	m.location, err = parseTemplate(m.Location, m.Desc.Output())
	return err
}
