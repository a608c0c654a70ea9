package cli

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/msc-sim/msc-sim/sim"
)

func (a *app) root() *cobra.Command {
	c := &cobra.Command{
		Use:   "msc-sim",
		Short: "see how microservices communicate, in a terminal",
		Long: `msc-sim is a laboratory for the communication of microservices. Services run on
real sockets of this machine, and you see every message they exchange. Break
them, watch what happens, and read the bytes.

Without a command it shows what there is to do.`,
		Example:       "  msc-sim lesson rest\n  msc-sim serve checkout",
		Args:          noCommand,
		RunE:          a.home,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	a.look.flags(c.PersistentFlags())
	c.SetIn(a.In)
	c.SetOut(a.Out)
	c.SetErr(a.Err)
	c.SetFlagErrorFunc(flagError)
	c.CompletionOptions.DisableDefaultCmd = true
	group(c, "Learn:", a.lesson(), a.demo(), a.recall(), a.words())
	group(c, "Try:", a.playground(), a.serve(), a.ctl(), a.load(), a.compare(), a.advise())
	group(c, "This program:", a.doctor(), a.version(), a.completion())
	c.AddCommand(topics()...)
	c.SetHelpCommand(a.help())
	c.SetHelpCommandGroupID("This program:")
	return c
}

// group adds commands under a title of their own in the help.
func group(c *cobra.Command, title string, commands ...*cobra.Command) {
	c.AddGroup(&cobra.Group{ID: title, Title: title})
	for _, sub := range commands {
		sub.GroupID = title
	}
	c.AddCommand(commands...)
}

// noCommand is reached with arguments only when the first one is no command.
func noCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return sim.Unknown("command", args[0], names(c))
}

func names(c *cobra.Command) (all []string) {
	for _, s := range c.Commands() {
		if !s.Hidden {
			all = append(all, s.Name())
		}
	}
	return all
}

// flagError names the flag that was probably meant.
func flagError(c *cobra.Command, err error) error {
	var missing *pflag.NotExistError
	var value *pflag.InvalidValueError
	switch {
	case errors.As(err, &missing) && strings.Trim(missing.GetSpecifiedName(), "0123456789") == "":
		return sim.Invalidf("-%s is a flag here, and no flag is a number", missing.GetSpecifiedName()).WithFix("write a number that is not negative")
	case errors.As(err, &missing):
		var all []string
		c.Flags().VisitAll(func(f *pflag.Flag) { all = append(all, f.Name) })
		e := sim.Unknown("flag", missing.GetSpecifiedName(), all)
		if n := sim.Nearest(missing.GetSpecifiedName(), all); n != "" {
			return e.WithFix("did you mean --%s?", n)
		}
		return e.WithFix("%s --help lists them", c.CommandPath())
	case errors.As(err, &value) && value.Unwrap() != nil:
		return value.Unwrap()
	default:
		return sim.Invalidf("%s", err).WithFix("%s --help explains the flags", c.CommandPath())
	}
}

// atMost allows so many arguments. What says what the last one is.
func atMost(n int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) > n {
			return sim.Invalidf("%q is one argument too many", args[n]).WithFix("%s takes %s", c.CommandPath(), what)
		}
		return nil
	}
}

// exactly demands one argument.
func exactly(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != 1 {
			return sim.Invalidf("%s takes %s", c.CommandPath(), what).WithFix("such as:%s", firstLine(c.Example))
		}
		return nil
	}
}

func firstLine(s string) string {
	for i, r := range s {
		if r == '\n' {
			return s[:i]
		}
	}
	return s
}

// choice is a flag with a few possible values; the first is the default.
type choice struct {
	value string
	of    []string
}

func oneOf(words ...string) *choice { return &choice{words[0], words} }

func (c *choice) String() string { return c.value }

func (c *choice) Type() string {
	t := ""
	for i, w := range c.of {
		if i > 0 {
			t += "|"
		}
		t += w
	}
	return t
}

func (c *choice) Set(s string) error {
	if !slices.Contains(c.of, s) {
		return sim.Unknown("choice", s, c.of)
	}
	c.value = s
	return nil
}

// format adds --format to a command and reports later whether JSON was asked for.
func format(c *cobra.Command) (json func() bool) {
	f := oneOf("text", "json")
	c.Flags().Var(f, "format", "output format")
	return func() bool { return f.value == "json" }
}
