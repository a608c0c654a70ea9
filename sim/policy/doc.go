// Package policy holds what a link or a service does about trouble, one file a
// policy. A policy is a [sim.Middleware]: it knows no transport, so the same
// one serves HTTP headers, gRPC metadata and queue headers.
package policy
