package lessons

// builder understands the steps of a draft, one after another: what one step
// keeps, the next ones may name.
type builder struct {
	lesson *Lesson
	scope  *scope
	show   []string
}

func (b *builder) step(d draftStep) (err error) {
	s := step{title: d.title.text, more: d.more, show: d.show, at: d.title.at}
	if s.show == nil {
		s.show = b.show
	}
	for _, box := range d.show {
		if err := b.lesson.shows(s.at, box); err != nil {
			return err
		}
	}
	for _, other := range b.lesson.steps {
		if other.title == s.title {
			return s.at.invalid("two steps have the title %q", s.title)
		}
	}
	if s.prose, err = b.scope.text(d.prose); err != nil {
		return err
	}
	if err := b.blocks(&s, d.blocks); err != nil {
		return err
	}
	b.lesson.steps = append(b.lesson.steps, s)
	return s.sound()
}

// blocks are understood in the order in which they happen, whatever their order
// in the file.
func (b *builder) blocks(s *step, all []block) error {
	byKind := map[string][]block{}
	for _, k := range all {
		if len(byKind[k.kind]) > 0 && k.kind != "quiz" {
			return k.at.invalid("a second %s in one step", k.kind)
		}
		byKind[k.kind] = append(byKind[k.kind], k)
	}
	for _, k := range byKind["predict"] {
		q, err := b.question(k)
		if err != nil {
			return err
		}
		s.predict = &q
		b.scope.predictions = append(b.scope.predictions, q.name)
	}
	for _, k := range byKind["do"] {
		t, err := b.task(k)
		if err != nil {
			return err
		}
		s.task = &t
	}
	for _, k := range byKind["after"] {
		var err error
		if s.after, err = b.scope.text(k.all); err != nil {
			return err
		}
	}
	for _, k := range byKind["quiz"] {
		q, err := b.question(k)
		if err != nil {
			return err
		}
		s.quiz = append(s.quiz, q)
	}
	for _, k := range byKind["recall"] {
		q, err := b.question(k)
		if err != nil {
			return err
		}
		s.quiz, s.recall = append(s.quiz, q), true
	}
	for _, k := range byKind["summary"] {
		if err := b.summary(k); err != nil {
			return err
		}
	}
	return nil
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
func (b *builder) summary(k block) error {
	to := map[string]*[]text{"did": &b.lesson.did, "remember": &b.lesson.recall, "try": &b.lesson.try}
	for _, p := range k.lines {
		word, rest := p.word()
		if to[word] == nil {
			return p.at.unknown("line of a summary", word, []string{"did", "remember", "try"})
		}
		t, err := b.scope.text(rest)
		if err != nil {
			return err
		}
		*to[word] = append(*to[word], t)
	}
	return nil
}
