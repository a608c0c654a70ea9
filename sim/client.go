package sim

// Client is a program that may ask for tokens, as `serve` prints it. Its secret
// and its key are those of this run.
type Client struct {
	ID     string   `json:"client_id"`
	Secret string   `json:"client_secret"`
	Key    string   `json:"api_key"`
	Scopes []string `json:"scopes"`
}

// Issuer is implemented by a [Service] that gives tokens to clients.
type Issuer interface {
	Clients() []Client
	// Token makes a token with all that a client may do. Issuer is the address
	// under which the client reaches the world: "http://127.0.0.1:8080". Flaw is what
	// is wrong with it, one of [Flaws]; "" = nothing.
	Token(issuer, client, flaw string) (string, error)
}

// Flaws are what may be wrong with a token: its time is over, its claims were
// changed after it was signed, or it says that it needs no signature.
func Flaws() []string { return []string{"expired", "tampered", "unsigned"} }

// Headers with which a gateway tells the services behind it about a request. It
// removes what a client sends under these names, so services may rely on them.
const (
	HeaderClient = "x-client-id"      // who was authenticated
	HeaderScopes = "x-client-scopes"  // what the client may do
	HeaderIssuer = "x-gateway-issuer" // the address of the gateway
)
