package sim

import (
	"net/http"
	"strconv"
)

// Verdicts is implemented by a Transport whose protocol has verdicts of its own
// instead of HTTP statuses.
type Verdicts interface {
	// Verdict is how the protocol says that a request ended so.
	Verdict(e *Error) int
}

// grpcNames are the names of the gRPC status codes (doc/statuscodes.md of gRPC).
var grpcNames = [...]string{
	"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
	"PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE",
	"UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
}

// StatusText writes a protocol's verdict with its name: "503 Service
// Unavailable", "14 UNAVAILABLE". The number tells whose it is: gRPC codes end
// where HTTP statuses have not begun.
func StatusText(status int) string {
	name := http.StatusText(status)
	if status >= 0 && status < len(grpcNames) {
		name = grpcNames[status]
	}
	if name == "" {
		return strconv.Itoa(status)
	}
	return strconv.Itoa(status) + " " + name
}
