package sim

import "time"

// Distance is how far apart the two ends of a link stand. On one machine nothing
// is far, so a world adds what a cable of that length would: half of RoundTrip
// before a message leaves and half after its answer came. It adds nothing else:
// no loss, no narrow places, no further round trip for opening a connection.
type Distance struct {
	Name      string        // as in a world file: "zone"
	About     string        // "another building of the same region"
	RoundTrip time.Duration // there and back
}

// Distances lists what a link may say, the nearest first. They are round numbers
// of an order of magnitude, not of a provider. Light in glass needs 5 µs for a
// kilometre, so none of them will ever be much shorter.
//
//	rack       0.5 ms  J. Dean, Designs, Lessons and Advice from Building Large
//	                   Distributed Systems (2009): round trip within a data centre
//	zone       1.5 ms  measured between zones of one cloud region: 0.5 to 1.5 ms on
//	                   AWS (FlashGrid 2023), 1.6 ms on Azure (S. Painter)
//	region     28 ms   Azure, network round-trip latency (October 2019): 3 to 28 ms
//	                   between regions of Europe
//	continent  150 ms  J. Dean, as above: California, the Netherlands, California
func Distances() []Distance {
	return []Distance{
		{"rack", "another machine of the same building", 500 * time.Microsecond},
		{"zone", "another building of the same region", 1500 * time.Microsecond},
		{"region", "another region of the same continent", 28 * time.Millisecond},
		{"continent", "another continent", 150 * time.Millisecond},
	}
}

// ParseDistance finds a distance by its name. The zero Distance has none: the
// other side is on this machine. An unknown name is a NotFound error.
func ParseDistance(name string) (Distance, error) {
	var names []string
	for _, d := range Distances() {
		if d.Name == name {
			return d, nil
		}
		names = append(names, d.Name)
	}
	return Distance{}, Unknown("distance", name, names)
}
