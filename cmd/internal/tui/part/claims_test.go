package part

import (
	"encoding/base64"
	"testing"
)

func TestClaims(t *testing.T) {
	token := func(claims string) string {
		return "Bearer e30." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".c2lnbmF0dXJl"
	}
	for value, want := range map[string]string{
		token(`{"client_id":"shop-app","scope":"orders:read","iat":100,"exp":400}`): "claims to be shop-app with orders:read, for 5m0s",
		token(`{"client_id":"shop-app","iat":100,"exp":99}`):                        "claims to be shop-app, and has expired",
		token(`{"client_id":"a\u001b[2J"}`):                                         "claims to be a␛[2J",
		token(`{"scope":"a"}`):                                                      "",
		"Bearer a.b":                                                                "",
		"Basic YTpi":                                                                "",
		"Bearer a.%.c":                                                              "",
	} {
		if got := claims(value); got != want {
			t.Errorf("%s: %q, want %q", value, got, want)
		}
	}
	if got := (Inspector{}).meaning("Authorization", token(`{"client_id":"shop-app"}`)); got != "claims to be shop-app" {
		t.Errorf("%q", got)
	}
}
