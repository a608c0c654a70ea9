package sqs

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"
)

// jsonProtocol is AWS JSON 1.0: the operation in X-Amz-Target, the request as
// JSON. SDKs since the end of 2023 speak it.
type jsonProtocol struct{}

const typeJSON = "application/x-amz-json-1.0"

func (jsonProtocol) read(r *http.Request, body []byte) (string, operation, any, error) {
	name, ok := strings.CutPrefix(r.Header.Get("X-Amz-Target"), "AmazonSQS.")
	o, known := operations[name]
	if !ok || !known {
		return "", o, nil, no.noAction.because("The operation %q is not known.", r.Header.Get("X-Amz-Target"))
	}
	request := o.request()
	return name, o, request, readJSON(body, request)
}

func readJSON(body []byte, request any) error {
	if len(body) == 0 {
		return nil
	}
	if !utf8.Valid(body) {
		return no.malformed.because("The request is not UTF-8.")
	}
	err := json.Unmarshal(body, request)
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong):
		return no.malformed.because("%s cannot be a %s.", wrong.Field, wrong.Value)
	case err != nil:
		return no.malformed.because("The request is no JSON: %v", err)
	}
	return nil
}

func (jsonProtocol) yes(w http.ResponseWriter, _, _ string, answer any) {
	writeJSON(w, http.StatusOK, answer)
}

func (jsonProtocol) no(w http.ResponseWriter, _ string, f *fault) {
	w.Header().Set("X-Amzn-Query-Error", f.query+";"+f.whose())
	writeJSON(w, f.status, struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}{f.shape, f.detail})
}

func writeJSON(w http.ResponseWriter, status int, answer any) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(answer) // strings, numbers and maps of them always encode
	write(w, status, typeJSON, b.Bytes())
}

// queryProtocol is the older one: a form with the Action, answered with XML.
type queryProtocol struct{}

const version = "2012-11-05"

func (queryProtocol) read(r *http.Request, body []byte) (string, operation, any, error) {
	f, err := parseForm(string(body))
	if err != nil {
		return "", operation{}, nil, err
	}
	name := f.get("Action").value
	o, known := operations[name]
	if !known {
		return "", o, nil, no.noAction.because("The action %q is not valid for this web service.", name)
	}
	if v := f.get("Version").value; v != "" && v != version {
		return "", o, nil, no.noAction.because("The version %q of the service is not known; %s is.", v, version)
	}
	if f.get("QueueUrl").value == "" && strings.Count(r.URL.Path, "/") > 1 {
		f.put([]string{"QueueUrl"}, r.URL.Path) // a queue may be asked at its own URL
	}
	request := o.request()
	return name, o, request, f.decode(request)
}

func (queryProtocol) yes(w http.ResponseWriter, name, id string, answer any) {
	write(w, http.StatusOK, "text/xml", answerXML(name, id, answer))
}

func (queryProtocol) no(w http.ResponseWriter, id string, f *fault) {
	write(w, f.status, "text/xml", faultXML(id, f))
}

func write(w http.ResponseWriter, status int, kind string, body []byte) {
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that is gone asks again
}
