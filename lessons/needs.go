package lessons

import "slices"

// needs are the kept numbers without which a step cannot be told or done.
func (l *Lesson) needs(st step) (names []string) {
	add := func(x *expression) {
		if x != nil {
			names = append(names, x.kept...)
		}
	}
	st.prose.each(add)
	st.after.each(add)
	if st.predict != nil {
		st.predict.each(add)
	}
	if t := st.task; t != nil {
		add(t.check)
		for _, c := range t.only {
			add(c.holds)
			c.otherwise.each(add)
		}
		for _, l := range t.enter {
			add(l.until)
		}
		add(t.answer)
		t.text.each(add)
		t.result.each(add)
		for _, k := range t.keep {
			add(k.value)
		}
	}
	for _, a := range l.answers[st.title] {
		a.text.each(add)
		add(a.wait)
	}
	for i := range st.quiz {
		st.quiz[i].each(add)
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), st.keeps)
}

// each calls f for every expression of a question.
func (q *question) each(f func(*expression)) {
	q.ask.each(f)
	if q.only != nil {
		f(q.only.holds)
		q.only.otherwise.each(f)
	}
	for _, c := range q.choices {
		c.text.each(f)
		c.why.each(f)
		f(c.true)
	}
}

// kept are the numbers a question names.
func (q *question) kept() (names []string) {
	q.each(func(x *expression) { names = append(names, x.kept...) })
	return names
}

// keeps reports whether a step measures a number of this name.
func (st step) keeps(name string) bool {
	return st.task != nil && slices.ContainsFunc(st.task.keep, func(k keep) bool { return k.name == name })
}
