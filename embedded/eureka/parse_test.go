package eureka

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"
)

const inJSON = `{"instance":{"instanceId":"h:p:1","hostName":"h","app":"p","ipAddr":"127.0.0.1","status":"UP","overriddenstatus":"UNKNOWN",
"port":{"$":8080,"@enabled":"true"},"securePort":{"$":"443","@enabled":false},"countryId":1,
"dataCenterInfo":{"@class":"com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo","name":"MyOwn"},
"leaseInfo":{"renewalIntervalInSecs":1,"durationInSecs":3},"metadata":{"@class":"x","zone":"a","n":1},
"vipAddress":"p","lastDirtyTimestamp":"1700000000000","isCoordinatingDiscoveryServer":"false"}}`

const inXML = `<?xml version="1.0" encoding="UTF-8"?><instance><instanceId>h:p:1</instanceId><hostName>h</hostName><app>p</app><ipAddr>127.0.0.1</ipAddr>
<status>UP</status><overriddenstatus>UNKNOWN</overriddenstatus><port enabled="true">8080</port><securePort enabled="false">443</securePort>
<countryId>1</countryId><dataCenterInfo class="com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo"><name>MyOwn</name></dataCenterInfo>
<leaseInfo><renewalIntervalInSecs>1</renewalIntervalInSecs><durationInSecs>3</durationInSecs></leaseInfo>
<metadata class="x"><zone>a</zone><n>1</n></metadata><vipAddress>p</vipAddress><lastDirtyTimestamp>1700000000000</lastDirtyTimestamp></instance>`

func contains(body []byte, s string) bool { return bytes.Contains(body, []byte(s)) }

// JSON and XML say the same.
func TestParse(t *testing.T) {
	want := info{
		InstanceID: "h:p:1", HostName: "h", App: "P", IPAddr: "127.0.0.1", VIP: "p", Status: up, Override: unknown, Port: 8080, PortOn: true, SecurePort: 443,
		DataCenter: ownDataCenter, DataCenterClass: ownDataCenterClass, Renewal: time.Second, Duration: 3 * time.Second, Dirty: 1700000000000,
		Metadata: map[string]string{"zone": "a", "n": "1"},
	}
	for _, tc := range []struct {
		text  string
		isXML bool
	}{{inJSON, false}, {inXML, true}} {
		got, err := parse([]byte(tc.text), tc.isXML)
		delete(got.Metadata, "@class")
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("XML %t: %v\n got %+v\nwant %+v", tc.isXML, err, got, want)
		}
	}
}

func TestParseBad(t *testing.T) {
	deep := strings.Repeat("<a>", 20) + strings.Repeat("</a>", 20)
	wide := "<instance>" + strings.Repeat("<a/>", 2000) + "</instance>"
	bomb := `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><instance><app>&b;</app></instance>`
	for _, tc := range []struct {
		text  string
		isXML bool
	}{
		{"", false},
		{"[]", false},
		{`{"instance":[]}`, false},
		{`{"instance":{"port":{"$":-1}}}`, false},
		{`{"instance":{"port":"x"}}`, false},
		{`{"instance":{"leaseInfo":{"durationInSecs":-5}}}`, false},
		{`{"instance":{"leaseInfo":{"durationInSecs":9999999999999999999}}}`, false},
		{`{"instance":{"lastDirtyTimestamp":"soon"}}`, false},
		{"", true},
		{"<instance>", true},
		{"<instance><a></b></instance>", true},
		{"<instance>&nbsp;</instance>", true},
		{deep, true},
		{wide, true},
		{bomb, true},
		{`<?xml version="1.0" encoding="EBCDIC"?><instance><app>a</app></instance>`, true},
	} {
		if n, err := parse([]byte(tc.text), tc.isXML); !errors.Is(err, errBad) {
			t.Errorf("%.60q: %+v, %v; want it refused", tc.text, n, err)
		}
	}
}

// FuzzParse: nothing that a client sends ends the server, and what is read can be written
// and is read again.
func FuzzParse(f *testing.F) {
	f.Add([]byte(inJSON), false)
	f.Add([]byte(inXML), true)
	f.Add([]byte(`{"instance":{"port":8080,"metadata":{"a b":"<&>"},"dataCenterInfo":{"name":{"$":{"$":1}}}}}`), false)
	f.Add([]byte(`<!DOCTYPE x><instance/>`), true)
	f.Fuzz(func(t *testing.T, body []byte, isXML bool) {
		n, err := parse(body, isXML)
		if err != nil {
			return
		}
		doc := describeApps([]info{n}, "1", hashCode([]info{n}), false, Netflix)
		if text := write("applications", doc, false); !json.Valid(text) {
			t.Errorf("no JSON: %s", text)
		}
		text := write("applications", doc, true)
		for d := xml.NewDecoder(bytes.NewReader(text)); ; {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("no XML: %v in %s", err, text)
			}
		}
		again, err := parse(write("instance", n.describe(false, Netflix), false), false)
		if err != nil || again.InstanceID != strings.ToValidUTF8(n.InstanceID, "\ufffd") || again.Port != n.Port || again.Status != n.Status {
			t.Errorf("written and read again: %v\n%+v\n%+v", err, n, again)
		}
	})
}

func TestHashCode(t *testing.T) {
	for want, statuses := range map[string][]string{"": nil, "UP_1_": {up}, "DOWN_1_UP_2_": {up, down, up}, "OUT_OF_SERVICE_1_STARTING_1_": {starting, outOfService}} {
		var all []info
		for _, s := range statuses {
			all = append(all, info{Status: s})
		}
		if got := hashCode(all); got != want {
			t.Errorf("%v: %s, want %s", statuses, got, want)
		}
	}
}

func ExampleFidelity() {
	fmt.Println(len(Fidelity()) > 0)
	// Output: true
}
