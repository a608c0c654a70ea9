package eureka

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// Bounds of what a client sends.
const (
	maxBody    = 64 << 10
	maxDepth   = 8
	maxNodes   = 1000
	maxSeconds = 7 * 24 * 60 * 60 // of a lease
)

// tree is a document as JSON has it: maps, lists, text and numbers. XML becomes the same:
// an element with elements or attributes is a map, another one is text. Attributes are
// named @name, and the text beside them is $.
type tree = map[string]any

// errBad says that a document cannot be read.
var errBad = errors.New("not an instance")

// parse reads what a client registers, in JSON or in XML.
func parse(body []byte, isXML bool) (info, error) {
	var doc tree
	var err error
	if isXML {
		doc, err = parseXML(body)
	} else {
		doc, err = parseJSON(body)
	}
	if err != nil {
		return info{}, err
	}
	inner, ok := doc["instance"].(tree)
	if !ok {
		return info{}, fmt.Errorf("%w: there is no instance in it", errBad)
	}
	return read(inner)
}

func parseJSON(body []byte) (doc tree, err error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err = d.Decode(&doc); err != nil {
		return nil, fmt.Errorf("%w: %w", errBad, err)
	}
	return doc, nil
}

// parseXML reads elements without names of its own: entities other than XML's five, and
// declarations of them, are refused.
func parseXML(body []byte) (tree, error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.CharsetReader = func(charset string, r io.Reader) (io.Reader, error) {
		if strings.EqualFold(charset, "utf-8") || strings.EqualFold(charset, "us-ascii") {
			return r, nil
		}
		return nil, fmt.Errorf("%w: it is not in UTF-8", errBad)
	}
	nodes := 0
	doc := tree{}
	if err := elements(d, doc, 0, &nodes); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: %w", errBad, err)
	}
	return doc, nil
}

// elements reads the inside of an element into a map, up to its end.
func elements(d *xml.Decoder, into tree, depth int, nodes *int) error {
	var text strings.Builder
	for {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.Directive:
			return errors.New("declarations are not read")
		case xml.CharData:
			text.Write(t)
		case xml.EndElement:
			if s := strings.TrimSpace(text.String()); s != "" {
				into["$"] = s
			}
			return nil
		case xml.StartElement:
			if *nodes++; *nodes > maxNodes || depth >= maxDepth {
				return errors.New("it is too big")
			}
			inner := tree{}
			for _, a := range t.Attr {
				inner["@"+a.Name.Local] = a.Value
			}
			if err := elements(d, inner, depth+1, nodes); err != nil {
				return err
			}
			into[t.Name.Local] = simple(inner)
		}
	}
}

// simple is the text of an element that has nothing else.
func simple(inner tree) any {
	switch text, ok := inner["$"].(string); {
	case len(inner) == 0:
		return ""
	case ok && len(inner) == 1:
		return text
	default:
		return inner
	}
}

// read makes an instance of a document.
func read(doc tree) (n info, err error) {
	text := func(name string) string {
		s, _ := scalar(doc[name])
		return strings.TrimSpace(s)
	}
	n = info{
		InstanceID: text("instanceId"), HostName: text("hostName"), App: strings.ToUpper(text("app")), Group: text("appGroupName"), IPAddr: text("ipAddr"),
		VIP: text("vipAddress"), SecureVIP: text("secureVipAddress"), HomePage: text("homePageUrl"), StatusPage: text("statusPageUrl"),
		HealthCheck: text("healthCheckUrl"), SecureHealth: text("secureHealthCheckUrl"),
		Status: word(text("status"), up), Override: word(text("overriddenstatus"), word(text("overriddenStatus"), unknown)),
	}
	if n.Port, n.PortOn, err = port(doc["port"], 7001, true); err == nil {
		n.SecurePort, n.SecureOn, err = port(doc["securePort"], 7002, false)
	}
	if err != nil {
		return n, err
	}
	if centre, ok := doc["dataCenterInfo"].(tree); ok {
		n.DataCenter, _ = scalar(centre["name"])
		n.DataCenterClass = ownDataCenterClass
		if n.DataCenter == "Amazon" {
			n.DataCenterClass = amazonClass
		}
		if n.DataCenter == "" {
			n.DataCenterClass = ""
		}
	}
	if lease, ok := doc["leaseInfo"].(tree); ok {
		if n.Renewal, err = seconds(lease["renewalIntervalInSecs"]); err == nil {
			n.Duration, err = seconds(lease["durationInSecs"])
		}
		if err != nil {
			return n, err
		}
	}
	n.Metadata = map[string]string{}
	if meta, ok := doc["metadata"].(tree); ok {
		for key, value := range meta {
			if s, ok := scalar(value); ok && key != "@class" && key != "$" {
				n.Metadata[key] = s
			}
		}
	}
	if s := text("lastDirtyTimestamp"); s != "" {
		if n.Dirty, err = strconv.ParseInt(s, 10, 64); err != nil {
			return n, fmt.Errorf("%w: lastDirtyTimestamp %.20q is not a number", errBad, s)
		}
	}
	return n, nil
}

// word is a status, or what holds if it is none.
func word(s, otherwise string) string {
	if s = strings.ToUpper(s); toStatus[s] == "" {
		return otherwise
	}
	return s
}

// scalar is the text of a value that is one, also of an element with attributes.
func scalar(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	case tree:
		s, ok := v["$"]
		if _, nested := s.(tree); !ok || nested {
			return "", false
		}
		return scalar(s)
	default:
		return "", false
	}
}

// port reads a number with "@enabled" beside it, or a number alone.
func port(v any, otherwise int, on bool) (int, bool, error) {
	if v == nil {
		return otherwise, on, nil
	}
	s, ok := scalar(v)
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if !ok || err != nil || n < 0 || n > 65535 {
		return 0, false, fmt.Errorf("%w: %.20q is not a port", errBad, s)
	}
	doc, _ := v.(tree)
	for _, name := range []string{"@enabled", "enabled"} {
		if e, ok := scalar(doc[name]); ok {
			on = strings.EqualFold(e, "true")
		}
	}
	return n, on, nil
}

func seconds(v any) (time.Duration, error) {
	s, ok := scalar(v)
	if !ok || s == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > maxSeconds {
		return 0, fmt.Errorf("%w: %.20q is not a number of seconds", errBad, s)
	}
	return time.Duration(n) * time.Second, nil
}
