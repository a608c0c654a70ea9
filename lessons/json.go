package lessons

import (
	"encoding/json"
	"strconv"
)

// numberIn reads numbers from the fields of a JSON object, also those in quotes:
// protocol buffers write large ones so. What is missing is 0, as it is there.
func numberIn(body []byte) func(name string) int {
	return func(name string) int {
		var fields map[string]json.RawMessage
		if json.Unmarshal(body, &fields) != nil {
			return 0
		}
		n, _ := strconv.Atoi(bare(string(fields[name])))
		return n
	}
}
