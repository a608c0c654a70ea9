package plain_test

import (
	"context"
	"strings"
	"testing"

	"github.com/msc-sim/msc-sim/cmd/internal/plain"
	"github.com/msc-sim/msc-sim/lessons/demo"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
)

const told = `---
demo: told
title: Told
about: a test
minutes: 1
world: catalog
show: [client, order, product]
---
## One question
` + "```ask\nHow many?\n1 none = count(\"sent\", {link: \"order:product\"}) == 0\n2 some = count(\"sent\", {link: \"order:product\"}) > 0\n```\n```play" + `
send product.get
wait count("answered", {link: "order:product"}) >= 1
reveal
say Product answered. | It said {{last("order:product").status}}.
` + "```\n"

func tell(t *testing.T, o demo.Options, in string) string {
	t.Helper()
	d, err := demo.Parse("told", []byte(told))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	teller := plain.NewTeller(&out, plain.Options{}, nil)
	o.Tell = teller.Tell
	o.Open = func(ctx context.Context, spec *sim.WorldSpec) (demo.World, error) {
		return lab.Open(ctx, spec, lab.Options{})
	}
	if err := plain.Demo(t.Context(), strings.NewReader(in), teller, demo.New(d, o)); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestADemoIsTold(t *testing.T) {
	got := tell(t, demo.Options{Quick: true}, "")
	rest := got
	for _, want := range []string{
		"Chapter 1 of 1: One question.", "Question: How many?", "  1) none", "GET /products/101",
		"What happened: 2) some.", "Product answered.\n  It said 200.", "The end of Told.", "One question: Product answered.",
	} {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("%q is missing, or not in its place:\n%s", want, got)
		}
		rest = after
	}
}

func TestATypedLineLeavesADemo(t *testing.T) {
	if got := tell(t, demo.Options{Step: true}, "q\n"); strings.Contains(got, "The end") {
		t.Errorf("it was told to its end:\n%s", got)
	}
}

func TestNotes(t *testing.T) {
	got := plain.Notes(demo.Script{
		Title: "Told", Chapter: 1, Chapters: []string{"One", "Two"}, Mode: "playing", Caption: "It took 5 ms.", Next: "Both waited.",
		Notes: []string{"first", "second"}, Note: 2, Question: "How many?", Choices: []string{"none", "some"}, Truth: 2, Takes: 65,
	})
	want := `Told · chapter 1 of 2: One · playing
It takes 1:05 by itself, at the usual speed.

   first
>> second

Question: How many?
   1) none
>> 2) some

now   It took 5 ms.
next  Both waited.
then  chapter 2, Two
`
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
