package trace

import (
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"github.com/msc-sim/msc-sim/sim"
)

// Bounds of what a log remembers of strings.
const (
	MaxNames = 1 << 14 // symbols that stay for as long as the log lives
	MaxTexts = 1 << 15 // passing texts; the oldest ones make room for new ones
	MaxText  = 512     // bytes of one of them
)

// Forgotten stands for a string that the log does not remember.
const Forgotten = "…"

// passing marks the ids of texts that may be forgotten.
const passing = 1 << 31

// symbols gives small numbers to strings. Names stay; passing texts are recycled
// in the order they came. Looking a number up takes no lock at all, so readers
// never hold up those who record.
type symbols struct {
	mu    sync.RWMutex
	ids   map[string]uint32
	next  uint32
	flag  uint32 // 0 for names, passing for texts
	slots []atomic.Pointer[symbol]
}

type symbol struct {
	id   uint32
	text string
	node sim.Instance // text read as an instance
}

func newSymbols(size int, flag uint32) *symbols {
	s := &symbols{ids: make(map[string]uint32), next: 1, flag: flag, slots: make([]atomic.Pointer[symbol], size)}
	return s
}

func (s *symbols) intern(text string) uint32 {
	if text == "" {
		return 0
	}
	if len(text) > MaxText {
		text = cut(text)
	}
	s.mu.RLock()
	id, ok := s.ids[text]
	s.mu.RUnlock()
	if ok {
		return id
	}
	return s.add(strings.Clone(text)) // the caller's string may be a small part of something large
}

func (s *symbols) add(text string) uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id, ok := s.ids[text]; ok {
		return id
	}
	if s.flag == 0 && int(s.next) == len(s.slots) {
		return uint32(len(s.slots)) // no slot has this number: it reads Forgotten
	}
	id := s.next | s.flag
	if s.next++; s.next == passing {
		s.next = 1
	}
	slot := &s.slots[int(id&^s.flag)%len(s.slots)]
	if old := slot.Load(); old != nil {
		delete(s.ids, old.text)
	}
	slot.Store(&symbol{id: id, text: text, node: instance(text)})
	s.ids[text] = id
	return id
}

// find returns the number of a string without giving it one.
func (s *symbols) find(text string) (uint32, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	id, ok := s.ids[text]
	return id, ok
}

// resolve returns what id stands for; the zero symbol for 0.
func (s *symbols) resolve(id uint32) symbol {
	if id == 0 {
		return symbol{}
	}
	if n := int(id &^ passing); s.flag != 0 || n < len(s.slots) {
		if p := s.slots[n%len(s.slots)].Load(); p != nil && p.id == id {
			return *p
		}
	}
	return symbol{id: id, text: Forgotten, node: sim.Instance{Service: Forgotten, N: 1}}
}

func instance(text string) sim.Instance {
	if i, err := sim.ParseInstance(text); err == nil {
		return i
	}
	return sim.Instance{Service: text, N: 1}
}

// cut shortens text to MaxText bytes, at the end of a character.
func cut(text string) string {
	n := MaxText - len(Forgotten)
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n] + Forgotten
}

// Symbol gives a number to a name that stays: an instance, a link, a contract, a
// use case. Keep it; the log never forgets it. There is room for [MaxNames];
// further names read "…". Cheap when the name is known; many may call it at once.
func (l *Log) Symbol(name string) uint32 { return l.names.intern(name) }

// Text gives a number to a passing text, such as a label with an id in it or the
// reason of a failure. Use it at once and do not keep it: the log remembers the
// last [MaxTexts] different ones, an older one reads "…".
func (l *Log) Text(text string) uint32 { return l.texts.intern(text) }

func (l *Log) textOf(id uint32) string {
	if id&passing != 0 {
		return l.texts.resolve(id).text
	}
	return l.names.resolve(id).text
}
