package lessons

// builder understands the steps of a draft, one after another: what one step
// keeps, the next ones may name.
type builder struct {
	lesson *Lesson
	scope  *scope
	show   []string
	errs   []error // what was found so far
}

// note keeps an error, so that all of a lesson are told at once, and reports
// whether there was one.
func (b *builder) note(err error) bool {
	if err != nil {
		b.errs = append(b.errs, err)
	}
	return err != nil
}

// lose remembers a name whose meaning could not be understood.
func (b *builder) lose(name string) {
	if b.scope.broken == nil {
		b.scope.broken = map[string]bool{}
	}
	b.scope.broken[name] = true
}

// loseBlock remembers the names of a block that could not be understood at all.
func (b *builder) loseBlock(k block) {
	b.lose(k.name)
	for _, p := range k.lines {
		if word, rest := p.word(); word == "keep" {
			name, _ := rest.word()
			b.lose(name)
		}
	}
}

func (b *builder) step(d draftStep) {
	before := len(b.errs)
	s := step{title: d.title.text, more: d.more, show: d.show, at: d.title.at}
	if s.show == nil {
		s.show = b.show
	}
	for _, box := range d.show {
		b.note(b.lesson.shows(s.at, box))
	}
	for _, other := range b.lesson.steps {
		if other.title == s.title && s.title != "" {
			b.note(s.at.invalid("two steps have the title %q", s.title))
		}
	}
	var err error
	s.prose, err = b.scope.text(d.prose)
	b.note(err)
	b.blocks(&s, d.blocks)
	if s.points = d.points; s.task != nil || len(s.quiz) > 0 {
		s.points = max(s.points, 1)
	} else if s.points > 0 && !d.torn && len(b.errs) == before {
		b.note(s.at.invalid("%q has points, but nothing is done", s.title).WithFix("add a ```do block or a quiz, or leave out {points}"))
	}
	b.lesson.steps = append(b.lesson.steps, s)
	if len(b.errs) == before && !d.torn {
		b.note(s.sound())
	}
}

// blocks are understood in the order in which they happen, whatever their order
// in the file.
func (b *builder) blocks(s *step, all []block) {
	byKind := map[string][]block{}
	for _, k := range all {
		if k.kind == "" {
			b.loseBlock(k)
			continue
		}
		if len(byKind[k.kind]) > 0 && k.kind != "quiz" {
			b.note(k.at.invalid("a second %s in one step", k.kind))
			continue
		}
		byKind[k.kind] = append(byKind[k.kind], k)
	}
	for _, k := range byKind["predict"] {
		if q, ok := b.question(k); ok {
			s.predict = &q
			b.scope.predictions = append(b.scope.predictions, q.name)
		} else {
			b.lose(k.name)
		}
	}
	for _, k := range byKind["do"] {
		if t, ok := b.task(k); ok {
			s.task = &t
		}
	}
	for _, k := range byKind["after"] {
		var err error
		s.after, err = b.scope.text(k.all)
		b.note(err)
	}
	for _, k := range append(byKind["quiz"], byKind["recall"]...) {
		if q, ok := b.question(k); ok {
			s.quiz = append(s.quiz, q)
		}
		s.recall = s.recall || k.kind == "recall"
	}
	for _, k := range byKind["summary"] {
		b.summary(k)
	}
}

// sound checks what belongs together in a step.
func (s *step) sound() error {
	switch {
	case s.predict != nil && s.task == nil:
		return s.at.invalid("%q predicts, but nothing is done", s.title).WithFix("add a ```do block with a check")
	case s.task != nil && s.after.empty():
		return s.at.invalid("%q has no after-text", s.title).WithFix("add an ```after block: the truth beside the prediction, and what surprises")
	case s.task == nil && !s.after.empty():
		return s.at.invalid("%q has an after-text, but nothing comes before it", s.title).WithFix("add a ```do block, or make it plain text")
	case len(s.quiz) > 0 && (s.task != nil || s.predict != nil):
		return s.at.invalid("%q mixes a quiz and a task", s.title).WithFix("give the quiz a step of its own")
	case s.recall && len(s.quiz) != 1:
		return s.at.invalid("%q recalls, and asks %d questions", s.title, len(s.quiz)).WithFix("one ```recall, and no ```quiz beside it")
	case !s.recall && len(s.quiz) > 0 && (len(s.quiz) < 3 || len(s.quiz) > 5):
		return s.at.invalid("a quiz of %d questions", len(s.quiz)).WithFix("between 3 and 5")
	}
	return nil
}

// whole checks the lesson as one.
func (b *builder) whole(d *draft) error {
	tasks, more := 0, false
	for i, s := range b.lesson.steps {
		if s.task != nil && !s.more {
			tasks++
		}
		if more && !s.more {
			return s.at.invalid("a core step stands behind one marked {more}").WithFix("put the steps marked {more} at the end")
		}
		more = s.more
		if tasks > MaxTasks {
			return b.lesson.steps[i].at.invalid("more than %d core steps have a task", MaxTasks).WithFix("mark what goes beyond the one idea {more}")
		}
	}
	if b.lesson.coreSteps() == 0 {
		return d.steps[0].title.at.invalid("every step is marked {more}")
	}
	return nil
}

// summary reads the lines of the end.
func (b *builder) summary(k block) {
	to := map[string]*[]text{"did": &b.lesson.did, "remember": &b.lesson.recall, "try": &b.lesson.try}
	for _, p := range k.lines {
		word, rest := p.word()
		if to[word] == nil {
			b.note(p.at.unknown("line of a summary", word, []string{"did", "remember", "try"}))
			continue
		}
		if t, err := b.scope.text(rest); !b.note(err) {
			*to[word] = append(*to[word], t)
		}
	}
}
