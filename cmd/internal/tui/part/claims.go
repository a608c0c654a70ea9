package part

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"github.com/msc-sim/msc-sim/sim"
)

// claims says in one line what a token in an Authorization header claims: for which
// client, with which scopes, for how long. Its signature is not looked at: only the
// receiver can tell whether the claims are true. It is "" for anything else.
func claims(value string) string {
	scheme, token, _ := strings.Cut(value, " ")
	parts := strings.Split(strings.TrimSpace(token), ".")
	if !strings.EqualFold(scheme, "Bearer") || len(parts) != 3 {
		return ""
	}
	b, err := base64.RawURLEncoding.DecodeString(parts[1])
	var said struct {
		Client string `json:"client_id"`
		Scope  string
		Issued int64 `json:"iat"`
		Ends   int64 `json:"exp"`
	}
	if err != nil || json.Unmarshal(b, &said) != nil || said.Client == "" {
		return ""
	}
	text := "claims to be " + said.Client
	if said.Scope != "" {
		text += " with " + said.Scope
	}
	if said.Ends > said.Issued && said.Issued > 0 {
		text += ", for " + (time.Duration(said.Ends-said.Issued) * time.Second).String()
	} else if said.Ends > 0 {
		text += ", and has expired"
	}
	return sim.Visible(text[:min(len(text), 120)])
}
