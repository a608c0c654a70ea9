package nats

import (
	"testing"
	"time"
)

// One message is seen at every turn of it; a queue under load is looked at seldom.
func TestPace(t *testing.T) {
	p, now := pace{every: every}, time.Unix(0, 0).Add(time.Hour)
	if got := p.next(now, false); got != every {
		t.Errorf("at rest %v, want %v", got, every)
	}
	for range 3 { // stored, delivered, acknowledged
		if got := p.next(now, true); got != soon {
			t.Errorf("after a change %v, want %v", got, soon)
		}
		now = now.Add(soon)
	}
	if got := p.next(now.Add(while), false); got != every {
		t.Errorf("a while after it %v, want %v", got, every)
	}
	looks, until := 0, now.Add(time.Second)
	for ; now.Before(until); looks++ {
		now = now.Add(p.next(now, true))
	}
	if most := int(time.Second/every) + 2*burst; looks > most {
		t.Errorf("under load %d looks a second, want at most %d", looks, most)
	}
}
