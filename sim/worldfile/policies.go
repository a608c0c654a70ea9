package worldfile

import (
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/policy"
	"go.yaml.in/yaml/v3"
)

// maxPolicies bounds the policies that a file may put on one link.
const maxPolicies = 16

// policies reads the policies of a link: a list of lines, such as
// [retry tries=3, preset=hystrix scale=classroom].
func (p *parser) policies(to *[]string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if err := p.texts(to)(n); err != nil {
			return err
		}
		if len(*to) > maxPolicies {
			return p.at(n, sim.Invalidf("%d policies are too many", len(*to)).WithFix("at most %d", maxPolicies))
		}
		seen := map[string]bool{}
		for i, line := range *to {
			word, params, err := policy.Parse(line)
			if err == nil && seen[word] {
				err = sim.Invalidf("%s stands here twice", word)
			}
			if err == nil {
				_, _, err = policy.Stack(nil).Guard(word, params, policy.Deps{})
			}
			if err != nil {
				return p.at(n.Content[i], err)
			}
			seen[word] = true
		}
		return nil
	}
}
