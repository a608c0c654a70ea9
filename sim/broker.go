package sim

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// BrokerSpec is a broker that a world uses: the built-in one, or one that runs
// already, somewhere else.
type BrokerSpec struct {
	Name   string   // "rabbitmq"
	Nodes  int      // of the built-in one: how many stand together as a cluster; 0 = as it is used to
	Scheme string   // of one that runs already: "amqp"; "" = the built-in one
	Hosts  []string // where it does: "127.0.0.1:5672"; without a port, where such a broker usually listens
	Path   string   // what stands behind them in its address: "/%2f"
}

// Attached reports whether the broker is not our own.
func (b BrokerSpec) Attached() bool { return b.Scheme != "" }

// String is what [ParseBroker] reads.
func (b BrokerSpec) String() string {
	switch {
	case !b.Attached() && b.Nodes > 0:
		return b.Name + nodesWord + strconv.Itoa(b.Nodes)
	case !b.Attached():
		return b.Name
	}
	return b.Name + "=" + b.Scheme + "://" + strings.Join(b.Hosts, ",") + b.Path
}

// Bounds of one broker: of its addresses, and of its nodes.
const (
	mostHosts = 16
	mostNodes = 9
)

const nodesWord = " nodes="

var (
	brokerName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)
	scheme     = regexp.MustCompile(`^[a-z][a-z0-9+]{0,19}$`)
	host       = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?$`)
	urlPath    = regexp.MustCompile(`^(/[A-Za-z0-9._~%-]{0,200}){0,4}$`)
)

// ParseBroker reads "rabbitmq", "nats nodes=3" for several that stand together, or
// "rabbitmq=amqp://127.0.0.1:5672/%2f" for one that runs already; the addresses of
// Kafka and of a NATS cluster stand beside each other, with commas. A
// name or a password in it is [Invalid]: both come from the environment. No
// error repeats what may be one.
func ParseBroker(s string) (BrokerSpec, error) {
	if name, nodes, several := strings.Cut(s, nodesWord); several && brokerName.MatchString(name) {
		n, err := strconv.Atoi(nodes)
		if err != nil || n < 1 || n > mostNodes || strconv.Itoa(n) != nodes {
			return BrokerSpec{}, Invalidf("%s cannot have so many nodes", name).WithFix("a number from 1 to %d: %s%s3", mostNodes, name, nodesWord)
		}
		return BrokerSpec{Name: name, Nodes: n}, nil
	}
	name, url, attached := strings.Cut(s, "=")
	if !brokerName.MatchString(name) {
		return BrokerSpec{}, Invalidf("this is not the name of a broker").WithFix(brokerFix)
	}
	b := BrokerSpec{Name: name}
	if !attached {
		return b, nil
	}
	var rest string
	var ok bool
	b.Scheme, rest, ok = strings.Cut(url, "://")
	if strings.Contains(url, "@") {
		return BrokerSpec{}, Invalidf("the address of %s carries a name or a password, and every text that shows this world would show them", name).
			WithFix("remove them, and set them in the environment: MSC_SIM_%s_USER, MSC_SIM_%[1]s_PASSWORD", strings.ToUpper(name))
	}
	if !ok || !scheme.MatchString(b.Scheme) {
		return BrokerSpec{}, Invalidf("the address of %s does not begin with what it speaks", name).WithFix(brokerFix)
	}
	hosts := rest
	if at := strings.IndexByte(rest, '/'); at >= 0 {
		hosts, b.Path = rest[:at], rest[at:]
	}
	b.Hosts = strings.Split(hosts, ",")
	if len(b.Hosts) > mostHosts || slices.ContainsFunc(b.Hosts, notHost) || !urlPath.MatchString(b.Path) {
		return BrokerSpec{}, Invalidf("the address of %s cannot be read", name).WithFix(brokerFix)
	}
	return b, nil
}

func notHost(s string) bool {
	m := host.FindStringSubmatch(s)
	if m == nil {
		return true
	}
	if m[3] == "" {
		return false
	}
	port, err := strconv.Atoi(m[3][1:])
	return err != nil || port < 1 || port > 65535
}

const brokerFix = "write it as rabbitmq, as nats nodes=3, or as rabbitmq=amqp://127.0.0.1:5672 for one that runs already"
