package rest

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	conformv1 "github.com/msc-sim/msc-sim/sim/transport/conform/v1"
)

// asProtojson is what protojson writes, without its white space.
func asProtojson(t *testing.T, m proto.Message, zeros bool) (string, error) {
	t.Helper()
	b, err := protojson.MarshalOptions{UseProtoNames: true, EmitDefaultValues: zeros}.Marshal(m)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	if err := json.Compact(&out, b); err != nil {
		t.Fatal(err)
	}
	return out.String(), nil
}

func TestCodecWritesWhatProtojsonWrites(t *testing.T) {
	var c codec
	for _, m := range []proto.Message{
		&conformv1.Ping{},
		&conformv1.Thing{},
		&conformv1.Thing{Id: "a, b", Note: "\x00\b\f\n\r\t\"\\/<>& \x7f\u2028ä✓", Size: -1, Left: proto.Int32(0), Parts: []*conformv1.Part{{}, {Name: "x"}}},
		&conformv1.GetThing{Page: []int32{1, -2, 0}, Filter: &conformv1.Filter{Strict: true}},
		&conformv1.PutThing{Thing: &conformv1.Thing{Size: 1 << 60}},
		&conformv1.PutThing{},
		&timestamppb.Timestamp{Seconds: 1e9, Nanos: 5e6},
		durationpb.New(1500000),
		structpb.NewStringValue("x , y"),
		&structpb.Struct{Fields: map[string]*structpb.Value{"b": structpb.NewNullValue(), "a": structpb.NewNumberValue(1.5)}},
		&annotations.HttpRule{Selector: "s", Pattern: &annotations.HttpRule_Get{}, AdditionalBindings: []*annotations.HttpRule{{}}},
		&annotations.FieldInfo{Format: annotations.FieldInfo_IPV4, ReferencedTypes: []*annotations.TypeReference{{}}},
		&annotations.FieldInfo{Format: 99},
		&httpbody.HttpBody{Data: []byte{0, 255, 1}},
	} {
		for _, zeros := range []bool{false, true} {
			want, err := asProtojson(t, m, zeros)
			if err != nil {
				t.Fatal(err)
			}
			got, err := c.appendTo([]byte("before "), m, zeros)
			if err != nil || string(got) != "before "+want {
				t.Errorf("%T, zeros %v: got %s, %v, want %s", m, zeros, got, err, want)
			}
		}
	}
}

func FuzzCodecWrites(f *testing.F) {
	seed, err := proto.Marshal(&conformv1.Thing{Id: "1", Note: "n\u2028\"", Size: -5, Parts: []*conformv1.Part{{Name: "p"}}, Left: proto.Int32(0)})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed, true)
	f.Add([]byte{}, false)
	var c codec
	f.Fuzz(func(t *testing.T, wire []byte, zeros bool) {
		m := new(conformv1.Thing)
		if proto.Unmarshal(wire, m) != nil {
			t.Skip()
		}
		want, wantErr := asProtojson(t, m, zeros)
		got, err := c.appendTo(nil, m, zeros)
		if (err != nil) != (wantErr != nil) || err == nil && string(got) != want {
			t.Errorf("got %s, %v, want %s, %v", got, err, want, wantErr)
		}
	})
}

func TestCodecReadsWhatProtojsonReads(t *testing.T) {
	for _, text := range []string{
		`{}`, ` { } `, `{"id":"1","size":"-5","left":0,"parts":[{"name":"a"},{}]}`, "{\n\t\"id\" : \"ä\" ,\r \"size\" : 7 }",
		`{"id":"a\"b\u00e4"}`, `{"size":1e3}`, `{"size":"1.0"}`, `{"size":01}`, `{"size":"01"}`, `{"size":" 1"}`, `{"size":-0}`, `{"size":-}`, `{"size":""}`,
		`{"left":2147483648}`, `{"left":null}`, `{"id":1}`, `{"id":"1","id":"2"}`, `{"nope":1}`, `{"parts":[]}`, `{"parts":[null]}`, `{"parts":{}}`,
		`{"id":"1"`, `{"id":"1"}x`, `{"id":"1",}`, `{,}`, `[]`, ``, `null`, `{"id":"\xff"}`, "{\"id\":\"a\nb\"}", `{"id" "1"}`, `{"parts":[{"name":"a"}`,
	} {
		readsAlike(t, []byte(text), func() proto.Message { return new(conformv1.Thing) })
	}
	for _, text := range []string{`{"filter":{"strict":true,"note":"x"},"page":[1,"2",-3]}`, `{"filter":{"strict":tru}}`, `{"filter":{"strict": false}}`, `{"filter":null}`} {
		readsAlike(t, []byte(text), func() proto.Message { return new(conformv1.GetThing) })
	}
	for _, text := range []string{`{"get":"/x"}`, `{"get":"/x","put":"/y"}`, `{"additional_bindings":[{"post":"p"}],"responseBody":"b"}`} {
		readsAlike(t, []byte(text), func() proto.Message { return new(annotations.HttpRule) })
	}
	readsAlike(t, []byte(`{"format":"IPV4","referencedTypes":[{"typeName":"t"}]}`), func() proto.Message { return new(annotations.FieldInfo) })
	readsAlike(t, []byte(`{"format":2}`), func() proto.Message { return new(annotations.FieldInfo) })
	readsAlike(t, []byte(`"1970-01-01T00:00:01Z"`), func() proto.Message { return new(timestamppb.Timestamp) })
	readsAlike(t, []byte(strings.Repeat(`{"additional_bindings":[`, 50)+strings.Repeat("]}", 50)), func() proto.Message { return new(annotations.HttpRule) })
}

// readsAlike reads text with both, strictly and not.
func readsAlike(t *testing.T, text []byte, empty func() proto.Message) {
	t.Helper()
	var c codec
	for _, ignore := range []bool{false, true} {
		want, got := empty(), empty()
		wantErr := protojson.UnmarshalOptions{DiscardUnknown: ignore}.Unmarshal(text, want)
		err := c.read(text, got, ignore)
		if (err != nil) != (wantErr != nil) || err == nil && !proto.Equal(got, want) {
			t.Errorf("%s, ignoring %v: got %v, %v, want %v, %v", text, ignore, got, err, want, wantErr)
		}
	}
}

func FuzzCodecReads(f *testing.F) {
	f.Add([]byte(`{"id":"1","size":"-5","left":0,"parts":[{"name":"ä"},{}]}`))
	f.Add([]byte("{ \"id\" : \"\\u00e4\", \"size\":1e2 }"))
	f.Fuzz(func(t *testing.T, text []byte) {
		readsAlike(t, text, func() proto.Message { return new(conformv1.Thing) })
	})
}

func FuzzCompact(f *testing.F) {
	f.Add([]byte(`{ "a b" : [ 1 , "\\" , "\"  " ] }`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var want bytes.Buffer
		if json.Compact(&want, b) != nil {
			t.Skip()
		}
		if got := compact(bytes.Clone(b)); !bytes.Equal(got, want.Bytes()) {
			t.Errorf("got %q, want %q", got, want.Bytes())
		}
	})
}
