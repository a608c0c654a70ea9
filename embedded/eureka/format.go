package eureka

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
)

// application is one application with its instances.
type application struct {
	name string
	all  []info
}

// grouped are instances by their applications, in the order of names.
func grouped(all []info) (apps []application) {
	at := map[string]int{}
	for _, n := range all {
		i, ok := at[n.App]
		if !ok {
			i = len(apps)
			at[n.App] = i
			apps = append(apps, application{name: n.App})
		}
		apps[i].all = append(apps[i].all, n)
	}
	slices.SortFunc(apps, func(a, b application) int { return strings.Compare(a.name, b.name) })
	return apps
}

// hashCode counts the instances of each status: DOWN_1_UP_2_. A client that applied a
// delta compares its own with it, and fetches everything when they differ.
func hashCode(all []info) string {
	count := map[string]int{}
	for _, n := range all {
		count[n.Status]++
	}
	names := make([]string, 0, len(count))
	for name := range count {
		names = append(names, name)
	}
	sort.Strings(names)
	var b strings.Builder
	for _, name := range names {
		fmt.Fprintf(&b, "%s_%d_", name, count[name])
	}
	return b.String()
}

// field is one field of a document. Value is text, a number, fields, or a list of fields
// that have the same name.
type field struct {
	name  string
	value any
}

// fields are written in their order. Those whose name begins with @ are attributes in
// XML, and $ is the text beside them.
type fields []field

// list are fields of one name. In JSON it is an array.
type list []fields

// metadata are written as they are, or as Java's empty map.
type metadata map[string]string

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// describe is an instance as it is sent. Compact leaves out what a client needs not to
// call it.
func (n *info) describe(compact bool, usual Timing) fields {
	enabled := func(number int, on bool) fields { return fields{{"$", number}, {"@enabled", strconv.FormatBool(on)}} }
	f := fields{
		{"instanceId", n.InstanceID},
		{"hostName", n.HostName},
		{"app", n.App},
		{"ipAddr", n.IPAddr},
		{"status", n.Status},
		{"overriddenStatus", n.Override},
		{"overriddenstatus", n.Override},
		{"port", enabled(n.Port, n.PortOn)},
		{"securePort", enabled(n.SecurePort, n.SecureOn)},
		{"countryId", 1},
		{"dataCenterInfo", fields{{"@class", n.DataCenterClass}, {"name", n.DataCenter}}},
	}
	optional := func(name, value string) {
		if value != "" {
			f = append(f, field{name, value})
		}
	}
	if !compact {
		f = append(f, field{"leaseInfo", fields{
			{"renewalIntervalInSecs", wholeSeconds(n.Renewal, usual.Renewal)},
			{"durationInSecs", wholeSeconds(n.Duration, usual.Lease)},
			{"registrationTimestamp", millis(n.Registered)},
			{"lastRenewalTimestamp", millis(n.LastRenewed)},
			{"evictionTimestamp", millis(n.Evicted)},
			{"serviceUpTimestamp", millis(n.ServiceUp)},
		}}, field{"metadata", metadata(n.Metadata)})
		optional("appGroupName", n.Group)
		optional("homePageUrl", n.HomePage)
		optional("statusPageUrl", n.StatusPage)
		optional("healthCheckUrl", n.HealthCheck)
		optional("secureHealthCheckUrl", n.SecureHealth)
	}
	optional("vipAddress", n.VIP)
	optional("secureVipAddress", n.SecureVIP)
	if !compact {
		f = append(f, field{"isCoordinatingDiscoveryServer", "false"})
	}
	action := n.Action
	if action == "" {
		action = "ADDED"
	}
	return append(f, field{"lastUpdatedTimestamp", strconv.FormatInt(millis(n.LastUpdate), 10)},
		field{"lastDirtyTimestamp", strconv.FormatInt(n.Dirty, 10)}, field{"actionType", action})
}

// wholeSeconds are at least one: the protocol has no shorter time.
func wholeSeconds(d, usual time.Duration) int {
	if d == 0 {
		d = usual
	}
	return max(1, int((d+time.Second-1)/time.Second))
}

func describeApp(a application, compact bool, usual Timing) fields {
	l := make(list, 0, len(a.all))
	for i := range a.all {
		l = append(l, a.all[i].describe(compact, usual))
	}
	return fields{{"name", a.name}, {"instance", l}}
}

func describeApps(all []info, version, hash string, compact bool, usual Timing) fields {
	l := list{}
	for _, a := range grouped(all) {
		l = append(l, describeApp(a, compact, usual))
	}
	return fields{{"versions__delta", version}, {"apps__hashcode", hash}, {"application", l}}
}

// write is a document whose root has a name.
func write(root string, f fields, asXML bool) []byte {
	var b bytes.Buffer
	if asXML {
		writeXML(&b, root, f)
		return b.Bytes()
	}
	writeJSON(&b, fields{{root, f}})
	return b.Bytes()
}

func writeJSON(b *bytes.Buffer, v any) {
	switch v := v.(type) {
	case fields:
		b.WriteByte('{')
		for i, f := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			quoteJSON(b, f.name)
			b.WriteByte(':')
			writeJSON(b, f.value)
		}
		b.WriteByte('}')
	case list:
		b.WriteByte('[')
		for i, f := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSON(b, f)
		}
		b.WriteByte(']')
	case metadata:
		if len(v) == 0 {
			v = metadata{"@class": emptyMapClass}
		}
		text, _ := json.Marshal(v) // text alone cannot fail
		b.Write(text)
	case string:
		quoteJSON(b, v)
	default:
		fmt.Fprint(b, v)
	}
}

func quoteJSON(b *bytes.Buffer, s string) {
	text, _ := json.Marshal(s) // text alone cannot fail
	b.Write(text)
}

func writeXML(b *bytes.Buffer, name string, v any) {
	switch v := v.(type) {
	case list:
		for _, f := range v {
			writeXML(b, name, f)
		}
	case metadata:
		f := make(fields, 0, len(v))
		for key, value := range v {
			if isXMLName(key) {
				f = append(f, field{key, value})
			}
		}
		slices.SortFunc(f, func(a, b field) int { return strings.Compare(a.name, b.name) })
		if len(f) == 0 {
			f = fields{{"@class", emptyMapClass}}
		}
		writeXML(b, name, f)
	case fields:
		b.WriteString("<" + name)
		for _, f := range v {
			if attribute, ok := strings.CutPrefix(f.name, "@"); ok {
				b.WriteString(" " + attribute + `="`)
				escape(b, fmt.Sprint(f.value))
				b.WriteByte('"')
			}
		}
		b.WriteByte('>')
		for _, f := range v {
			switch {
			case f.name == "$":
				escape(b, fmt.Sprint(f.value))
			case f.name == "overriddenStatus", strings.HasPrefix(f.name, "@"): // the former is JSON's
			default:
				writeXML(b, f.name, f.value)
			}
		}
		b.WriteString("</" + name + ">")
	default:
		b.WriteString("<" + name + ">")
		escape(b, fmt.Sprint(v))
		b.WriteString("</" + name + ">")
	}
}

func escape(b *bytes.Buffer, s string) { _ = xml.EscapeText(b, []byte(s)) } // a buffer takes everything

// isXMLName reports whether metadata of this name can be an element.
func isXMLName(s string) bool {
	for i, r := range s {
		letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r != '-' && r != '.' && (r < '0' || r > '9')) {
			return false
		}
	}
	return s != ""
}
