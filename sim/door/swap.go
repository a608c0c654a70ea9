package door

import "github.com/msc-sim/msc-sim/sim"

func swap() Verb {
	return Verb{
		Word:    "swap",
		Usage:   "swap <link> <transport>",
		About:   "move a link to another transport while traffic flows",
		Example: "swap order:payment grpc",
		parse: func(words []string) (sim.Command, error) {
			if len(words) != 2 {
				return nil, sim.Invalidf("swap takes a link and a transport").WithFix("such as: swap order:payment grpc")
			}
			link, err := sim.ParseLink(words[0])
			if err != nil {
				return nil, err
			}
			if err := name(words[1], "transport"); err != nil {
				return nil, err
			}
			return sim.Swap{Link: link, Transport: words[1]}, nil
		},
		format: func(c sim.Command) ([]string, bool) {
			s, ok := c.(sim.Swap)
			return []string{string(s.Link), s.Transport}, ok
		},
		complete: func(before []string, v Vocabulary) []Suggestion {
			switch len(before) {
			case 0:
				return each("link", v.Links)
			case 1:
				if v.Ways == nil {
					return nil
				}
				return v.Ways(before[0])
			default:
				return nil
			}
		},
	}
}
