package door

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/form"
)

// arg is what stands at one place of a line.
type arg struct {
	names    string                                         // what of a world it names: "service"; "" = nothing
	read     func(word string) (string, error)              // checks a word, and says what it means
	suggest  func(said []string, v Vocabulary) []Suggestion // may be nil; said are the arguments before
	optional bool
	fallback string // what an optional one is that is not said
	rest     bool   // all words to the end of the line
	sentence bool   // written without quotes
}

// unless makes an argument optional.
func (a arg) unless(fallback string) arg {
	a.optional, a.fallback = true, fallback
	return a
}

// The arguments that commands have.
var (
	useCase   = named("use case", func(v Vocabulary) []string { return v.UseCases })
	service   = named("service", func(v Vocabulary) []string { return v.Services })
	client    = named("client", func(v Vocabulary) []string { return v.Clients })
	topic     = named("topic", func(v Vocabulary) []string { return v.Topics })
	policy    = arg{read: isA("policy"), suggest: func(_ []string, v Vocabulary) []Suggestion { return words(v.Policies, "") }}
	fault     = arg{read: isA("fault"), suggest: aimable}
	instance  = arg{names: "instance", read: target, suggest: service.suggest}
	link      = arg{names: "link", read: linkNamed, suggest: func(_ []string, v Vocabulary) []Suggestion { return each("link", v.Links) }}
	queue     = arg{read: filled("which queue?"), rest: true, suggest: queues}
	stepList  = arg{read: filled("which steps?"), rest: true, sentence: true}
	flaw      = arg{read: oneOf("flaw", sim.Flaws()), suggest: func([]string, Vocabulary) []Suggestion { return each("flaw", sim.Flaws()) }}
	prose     = arg{read: filled("the text is missing"), rest: true, sentence: true}
	votes     = arg{read: readVotes, rest: true, sentence: true}
	transport = arg{read: isA("transport"), suggest: func(said []string, v Vocabulary) []Suggestion {
		if v.Ways == nil {
			return nil
		}
		return v.Ways(said[0])
	}}
	faultTarget = arg{read: aim, suggest: func(_ []string, v Vocabulary) []Suggestion {
		return append(each("link", v.Links), each("service", v.Services)...)
	}}
	armed = arg{read: aim, suggest: func(_ []string, v Vocabulary) []Suggestion {
		return append(each("armed fault", v.Armed), Suggestion{"all", "all faults"})
	}}
	policyOrPreset = arg{
		read: func(word string) (string, error) {
			_, err := isA("policy")(strings.TrimPrefix(word, presetKey+"="))
			return word, err
		},
		suggest: func(_ []string, v Vocabulary) []Suggestion {
			return append(words(v.Policies, ""), words(v.Presets, presetKey+"=")...)
		},
	}
	rate = arg{
		read: func(word string) (string, error) { _, err := sim.ParseRate(word); return word, err },
		suggest: func([]string, Vocabulary) []Suggestion {
			return []Suggestion{{"10/s", "ten a second"}, {"100/s", "a hundred a second"}, {"500/s", "five hundred a second"}, {"off", "no more"}}
		},
	}
)

// presetKey stands before the name of a preset: preset=hystrix.
const presetKey = "preset"

// named is an argument that is the name of something of a world.
func named(what string, of func(Vocabulary) []string) arg {
	return arg{names: what, read: isA(what), suggest: func(_ []string, v Vocabulary) []Suggestion { return each(what, of(v)) }}
}

// number is a whole number between 1 and limit.
func number(what string, limit int, such ...string) arg {
	return arg{
		read: func(word string) (string, error) {
			n, err := strconv.Atoi(word)
			switch {
			case err != nil:
				return "", sim.Invalidf("%q is not a number of %s", word, what).WithFix("a whole number from 1 to %d", limit)
			case n < 1 || n > limit:
				return "", sim.Invalidf("cannot take %d %s", n, what).WithFix("choose 1 to %d", limit)
			}
			return word, nil
		},
		suggest: func([]string, Vocabulary) []Suggestion { return each(what, such) },
	}
}

// oneOf checks that a word is one of a few.
func oneOf(what string, words []string) func(string) (string, error) {
	return func(w string) (string, error) {
		if slices.Contains(words, w) {
			return w, nil
		}
		return "", sim.Unknown(what, w, words)
	}
}

// isA checks that a word could be the name of something of a world.
func isA(what string) func(string) (string, error) {
	return func(w string) (string, error) {
		switch {
		case w != "" && len(w) <= 64 && !strings.ContainsFunc(w, notInNames) && !strings.HasSuffix(w, "-"):
			return w, nil
		case strings.HasSuffix(w, "-") || strings.ContainsAny(w, ":→>"):
			if _, err := sim.ParseLink(w); err != nil {
				return "", err
			}
			return "", sim.Invalidf("%q is a link, not a %s", w, what)
		default:
			return "", sim.Invalidf("%q is not a %s", w, what)
		}
	}
}

func notInNames(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-", r)
}

func linkNamed(word string) (string, error) {
	id, err := sim.ParseLink(word)
	return string(id), err
}

// target reads "payment" or "payment#2".
func target(word string) (string, error) {
	name, _, numbered := strings.Cut(word, "#")
	if _, err := isA("service")(name); err != nil || !numbered {
		return name, err
	}
	in, err := sim.ParseInstance(word)
	return in.Service + "#" + strconv.Itoa(in.N), err
}

// aim reads what a fault is aimed at: a link, a service or an instance.
func aim(word string) (string, error) {
	if strings.ContainsAny(word, ":→>") || strings.HasSuffix(word, "-") {
		return linkNamed(word)
	}
	return target(word)
}

// filled checks that a text is not empty.
func filled(missing string) func(string) (string, error) {
	return func(text string) (string, error) {
		if strings.TrimSpace(text) == "" {
			return "", sim.Invalidf("%s", missing)
		}
		return text, nil
	}
}

func readVotes(text string) (string, error) {
	words := strings.Fields(text)
	if len(words) == 0 || len(words) > MaxVoted {
		return "", sim.Invalidf("vote takes a number for each choice, not %d", len(words))
	}
	for _, w := range words {
		if n, err := strconv.Atoi(w); err != nil || n < 0 || n > MaxHands {
			return "", sim.Invalidf("%q is not a number of votes", sim.Visible(w)).WithFix("between 0 and %d", MaxHands)
		}
	}
	return text, nil
}

func queues(_ []string, v Vocabulary) []Suggestion { return each("queue", v.Queues) }

// fields suggests the fields of a use case: of send the first argument, of load the second.
func fields(said []string, v Vocabulary) (all []Suggestion) {
	for _, useCase := range said {
		for _, f := range v.Fields[useCase] {
			all = append(all, Suggestion{f + "=", "field"})
		}
	}
	return all
}

// aimable lists the faults that can be aimed at what was written.
func aimable(said []string, v Vocabulary) (all []Suggestion) {
	for _, f := range v.Faults {
		if f.Aims(form.Target(said[0])) {
			all = append(all, Suggestion{f.Word, f.About})
		}
	}
	return all
}
