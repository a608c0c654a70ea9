package identity

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"slices"
	"testing"
)

// The vectors of Wycheproof, read as a gateway reads tokens. What differs is
// listed and explained in testdata/wycheproof/README.md.
func TestWycheproof(t *testing.T) {
	for name, want := range map[string][]int{
		"json_web_signature": {346, 347, 350, 351, 367, 370, 372, 373}, "json_web_crypto": {46}, "json_web_key": {7},
	} {
		b, err := os.ReadFile("testdata/wycheproof/" + name + "_test.json")
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			TestGroups []struct {
				Private, Public json.RawMessage
				Tests           []struct {
					TcID   int `json:"tcId"`
					JWS    any
					Result string
				}
			}
		}
		if err := json.Unmarshal(b, &file); err != nil {
			t.Fatal(err)
		}
		n, other := 0, map[int]bool{}
		for _, g := range file.TestGroups {
			key := g.Public
			if len(key) == 0 || string(key) == "null" {
				key = g.Private
			}
			for _, c := range g.Tests {
				if c.JWS == nil {
					continue
				}
				token, ok := c.JWS.(string)
				if !ok {
					b, _ := json.Marshal(c.JWS)
					token = string(b)
				}
				n++
				if (verifyWith(key, token) == nil) != (c.Result == "valid") {
					other[c.TcID] = true
				}
			}
		}
		got := slices.Sorted(maps.Keys(other))
		t.Logf("%s: %d of %d as the vectors say", name, n-len(got), n)
		if !slices.Equal(got, want) || n < 20 {
			t.Errorf("%s: judged otherwise %v of %d, want %v", name, got, n, want)
		}
	}
}

func verifyWith(key json.RawMessage, token string) error {
	var set struct{ Keys []json.RawMessage }
	_ = json.Unmarshal(key, &set)
	if set.Keys == nil {
		k, err := ParseKey(key)
		if err != nil {
			return err
		}
		_, err = k.Payload(token)
		return err
	}
	keys, err := ParseSet(key)
	if err != nil {
		return err
	}
	id, err := KeyOf(token)
	if err != nil {
		return err
	}
	k, ok := keys[id]
	if !ok {
		return errors.New("no such key")
	}
	_, err = k.Payload(token)
	return err
}
