package eureka

import (
	"maps"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/embedded/directory"
)

// The statuses of Eureka.
const (
	up           = "UP"
	down         = "DOWN"
	starting     = "STARTING"
	outOfService = "OUT_OF_SERVICE"
	unknown      = "UNKNOWN"
)

var toStatus = map[string]directory.Status{
	up: directory.Passing, down: directory.Critical, starting: directory.Starting, outOfService: directory.Disabled, unknown: directory.Unknown,
}

// fromStatus is how Eureka calls a status of the registry. It has no word for a warning,
// and none for an instance that ends.
func fromStatus(s directory.Status) string {
	switch s {
	case directory.Passing, directory.Warning:
		return up
	case directory.Starting:
		return starting
	case directory.Disabled, directory.Terminating:
		return outOfService
	case directory.Unknown:
		return unknown
	default:
		return down
	}
}

// info is an instance as Eureka describes it.
type info struct {
	InstanceID, HostName, App, Group, IPAddr, Zone          string
	VIP, SecureVIP                                          string
	HomePage, StatusPage, HealthCheck, SecureHealth         string
	DataCenter, DataCenterClass                             string
	Status, Override                                        string
	Port, SecurePort                                        int
	PortOn, SecureOn                                        bool
	Renewal, Duration                                       time.Duration // as the client asks; 0 = Eureka's
	Metadata                                                map[string]string
	Dirty                                                   int64 // milliseconds; when the client last changed it
	Registered, LastRenewed, Evicted, ServiceUp, LastUpdate time.Time
	Action                                                  string // ADDED, MODIFIED, DELETED
}

const (
	ownDataCenter      = "MyOwn"
	ownDataCenterClass = "com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo"
	amazonClass        = "com.netflix.appinfo.AmazonInfo"
	emptyMapClass      = "java.util.Collections$EmptyMap"
)

// foreign describes an instance that another interface registered.
func foreign(i *directory.Instance) info {
	return info{
		InstanceID: i.ID, HostName: i.Addr, App: strings.ToUpper(i.Service), IPAddr: i.Addr, VIP: i.Service, SecureVIP: i.Service,
		DataCenter: ownDataCenter, DataCenterClass: ownDataCenterClass, Status: fromStatus(i.Status), Override: unknown,
		Port: i.Port, PortOn: true, SecurePort: 443, Metadata: i.Meta, Dirty: i.Since.UnixMilli(),
		Registered: i.Registered, LastRenewed: i.Renewed(), ServiceUp: i.Since, LastUpdate: i.Since,
	}
}

// instance is how the registry describes an instance of this interface.
func (n *info) instance(id string) directory.Instance {
	i := directory.Instance{
		ID: id, Service: strings.ToLower(n.App), Addr: n.IPAddr, Port: n.Port, Zone: n.Metadata["zone"], Status: toStatus[n.Status], Face: Face,
		Meta: maps.Clone(n.Metadata),
	}
	if n.SecureOn {
		i.Ports = append(i.Ports, directory.Port{Name: "https", Number: n.SecurePort})
		if !n.PortOn {
			i.Port = n.SecurePort
		}
	}
	if n.PortOn {
		i.Ports = append([]directory.Port{{Name: "http", Number: n.Port}}, i.Ports...)
	}
	if n.Override != unknown && n.Override != "" {
		i.Why = "status override " + n.Override
	}
	return i
}
