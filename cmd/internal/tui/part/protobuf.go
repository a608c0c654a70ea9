package part

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/msc-sim/msc-sim/cmd/internal/tui/theme"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/contract"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// isGRPC reports whether a body is made of protobuf messages in gRPC's frames.
func isGRPC(m sim.Captured) bool {
	return strings.HasPrefix(m.Header("content-type"), "application/grpc")
}

// contract is an empty message of what the body holds, by the contract that the
// request names; nil when nobody knows it.
func (i Inspector) contract() proto.Message {
	m, ok := contract.Find(strings.TrimPrefix(i.Exchange.Request.Header(":path"), "/"))
	switch {
	case !ok:
		return nil
	case i.Answer:
		return m.NewReply()
	default:
		return m.NewRequest()
	}
}

// frameRows are the pieces in which a message crossed a connection that carries many.
func frameRows(m sim.Captured, width int) []row {
	var rows []row
	long := 8
	for _, f := range m.Frames {
		long = max(long, len(f.Name))
	}
	for _, f := range m.Frames {
		rows = append(rows, fitRuns(width, []run{
			{fmt.Sprintf("%-*s", long, sim.Visible(f.Name)), theme.Name},
			{fmt.Sprintf(" %4d bytes  ", f.Size), theme.Text},
			{sim.Visible(f.Flags), theme.Dim},
		}))
	}
	if rows != nil {
		rows = append(rows, row{})
	}
	return rows
}

// protobufRows takes a gRPC body apart: the five bytes before each message, then
// every field with its own bytes, its number, its value and, by the contract,
// its name. Without a contract (known == nil) the numbers are all there is.
func protobufRows(body []byte, known proto.Message, width int) []row {
	if len(body) == 0 {
		return []row{plain("no body", theme.Dim)}
	}
	left := min(width-meaningW-2, 3*16)
	var rows []row
	at := 0
	for _, f := range contract.Split(body) {
		note := fmt.Sprintf("%s, %d bytes", map[bool]string{false: "not compressed", true: "compressed"}[f.Compressed], f.Size)
		rows = append(rows, explained(hexRun(body[at:at+5]), note, theme.Dim, left, width)...)
		at += 5 + len(f.Body)
		rows = append(rows, messageRows(f.Body, known, width)...)
	}
	return rows
}

// messageRows takes one message apart, and compares it with the same one as JSON.
func messageRows(body []byte, known proto.Message, width int) []row {
	var desc protoreflect.MessageDescriptor
	if known != nil {
		desc = known.ProtoReflect().Descriptor()
	}
	left := min(width-meaningW-2, 3*16)
	fields, rest := contract.Fields(body, desc)
	rows := fieldRows(fields, 0, left, width)
	if len(rest) > 0 {
		rows = append(rows, explained(hexRun(rest), "cannot be read", theme.Fail, left, width)...)
	}
	return append(rows, sizeRows(body, known, width)...)
}

func hexRun(b []byte) []run {
	var s strings.Builder
	for _, c := range b {
		s.WriteString(hex.EncodeToString([]byte{c}) + " ")
	}
	return []run{{strings.TrimRight(s.String(), " "), theme.Code}}
}

func fieldRows(fields []contract.Field, depth, left, width int) []row {
	var rows []row
	for _, f := range fields {
		own := f.Raw
		for _, c := range f.Children {
			own = own[:len(own)-len(c.Raw)]
		}
		note := fmt.Sprintf("%s%d", strings.Repeat("  ", depth), f.Number)
		if f.Name != "" {
			note += " " + f.Name
		}
		note += "  " + f.Value
		rows = append(rows, explained(hexRun(own), sim.Visible(note), theme.Text, left, width)...)
		rows = append(rows, fieldRows(f.Children, depth+1, left, width)...)
	}
	return rows
}

// sizeRows compare a message with the same one as JSON, to scale.
func sizeRows(raw []byte, known proto.Message, width int) []row {
	if known == nil || len(raw) == 0 {
		return nil
	}
	m := known.ProtoReflect().New().Interface()
	if proto.Unmarshal(raw, m) != nil {
		return nil
	}
	loose, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(m)
	var compact bytes.Buffer
	if err != nil || json.Compact(&compact, loose) != nil {
		return nil
	}
	bar := func(n int) string {
		return strings.Repeat("▮", max(1, int(math.Round(20*float64(n)/float64(max(compact.Len(), len(raw)))))))
	}
	return []row{{}, fitRuns(width, []run{
		{fmt.Sprintf("the same as JSON: %d bytes ", compact.Len()), theme.Dim},
		{bar(compact.Len()), theme.BoxEdge},
		{fmt.Sprintf("  against %d ", len(raw)), theme.Dim},
		{bar(len(raw)), theme.Accent},
	})}
}
