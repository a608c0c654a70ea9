package lessons_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/msc-sim/msc-sim/lessons"
)

// Whether messages grow old in the queue is not in the lesson: it follows how fast
// they are handled. It runs alone, because lessons beside it would slow its consumer.
func TestTheAgeFollowsThePace(t *testing.T) {
	truth := func(pace string) int {
		changed := fstest.MapFS{}
		for _, file := range []string{"queue/lesson.md", "queue/world.yaml", "queue/answers.txt"} {
			data, err := fs.ReadFile(lessons.Builtin(), file)
			if err != nil {
				t.Fatal(err)
			}
			changed[file] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(string(data), "lognormal 9ms 0.3", pace))}
		}
		l, err := lessons.Load(changed, "queue")
		if err != nil {
			t.Fatal(err)
		}
		s := startAt(t, l, "More than it can handle")
		do(t, s, "predict 1", "solve")
		return s.Update().Predict.Truth
	}
	if fast, slow := truth("fixed 1ms"), truth("fixed 15ms"); fast != 0 || slow != 1 {
		t.Errorf("with a fast notification choice %d is true, with a slow one choice %d", fast+1, slow+1)
	}
}
