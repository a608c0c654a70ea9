package queue

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"
	"github.com/twmb/franz-go/pkg/sasl/plain"
)

// shortestSession is the least that a Kafka takes as the time after which a
// member is missed (group.min.session.timeout.ms); our own takes any.
const shortestSession = 6 * time.Second

// missed is how long nothing is heard of a member before its group goes on
// without it.
func (k kafka) missed() time.Duration {
	if k.Prefix != "" {
		return shortestSession
	}
	return patience
}

// enter is how a client says who it is: SASL PLAIN, if anybody is named.
func (k kafka) enter() []kgo.Opt {
	user, password := k.login("", "")
	if user == "" {
		return nil
	}
	return []kgo.Opt{kgo.SASL(plain.Auth{User: user, Pass: password}.AsMechanism())}
}

// version implements knower: Kafka says which requests it understands, from which
// its version is guessed. Every broker is asked, so that it is known now whether
// all can be reached where they say they are.
func (s *kafkaSession) version(ctx context.Context) (string, error) {
	resp, err := kmsg.NewPtrMetadataRequest().RequestWith(ctx, s.cl)
	if err != nil {
		return "", s.trouble(ctx, err)
	}
	guess := ""
	for _, b := range resp.Brokers {
		one, err := s.cl.Broker(int(b.NodeID)).Request(ctx, kmsg.NewPtrApiVersionsRequest())
		if err != nil {
			return "", s.trouble(ctx, err)
		}
		guess = kversion.FromApiVersionsResponse(one.(*kmsg.ApiVersionsResponse)).VersionGuess()
	}
	if !strings.HasPrefix(guess, "v") { // "at least v3.7", "not even v0.8.0": who knows
		return "", nil
	}
	return guess[1:], nil
}

// refusal is why a broker does not take who we say we are; "" = it is not that.
// One that wants to know closes the connection on those who do not say.
func (k kafka) refusal(err error) string {
	var hungUp *kgo.ErrFirstReadEOF
	switch {
	case errors.Is(err, kerr.SaslAuthenticationFailed), errors.Is(err, kerr.UnsupportedSaslMechanism), errors.Is(err, kerr.ClusterAuthorizationFailed):
		return err.Error()
	case k.Prefix != "" && (errors.As(err, &hungUp) || errors.Is(err, io.EOF)):
		return "it hangs up at once"
	default:
		return ""
	}
}
