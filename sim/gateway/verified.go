package gateway

import (
	"crypto/sha256"
	"sync"
	"time"
)

// mostVerified bounds the tokens whose signatures are remembered.
const mostVerified = 4096

// verified are tokens whose signature was right, by their hashes: verifying one costs
// more than all other steps together, and a client sends the same again and again.
// Each is forgotten with its end, and with the set of keys that verified it.
type verified struct {
	mu   sync.Mutex
	keys time.Time // when the set was fetched
	all  map[[sha256.Size]byte]judged
}

// find finds who sends a token that was verified with the keys of now.
func (v *verified) find(token string, keys, now time.Time) (who caller, ok bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	j, ok := v.all[sha256.Sum256([]byte(token))]
	return j.who, ok && v.keys.Equal(keys) && now.Before(j.until)
}

func (v *verified) keep(token string, keys time.Time, who caller, until time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.all == nil || !v.keys.Equal(keys) || len(v.all) >= mostVerified {
		v.all, v.keys = map[[sha256.Size]byte]judged{}, keys
	}
	v.all[sha256.Sum256([]byte(token))] = judged{who, until}
}
