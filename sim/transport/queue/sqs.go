package queue

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"

	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/transport/share"
)

// SQS makes the transport "sqs". Its protocol is requests and answers over HTTP:
// nobody can be handed an answer, so Options.Reply means nothing here.
func SQS(o Options) *Transport {
	o.Reply, o.Stream = false, false
	return newTransport(simpleQueue{o.Access}, o)
}

// sqsSession is one client of SQS. The protocol knows no connections; the session
// is gone when one of its requests got no answer and nobody here had ended it.
type sqsSession struct {
	simpleQueue
	d        *dialer
	client   *sqs.Client
	wire     *sqsWire
	polls    *sqs.Client // for the one pull that a session has
	pollWire *sqsWire
	settler  *settler
	over     chan struct{}
	lose     func() // closes over, once

	mu   sync.Mutex
	urls map[string]string // of queues, by name
}

// connect makes a client; its first request opens a connection.
func (q simpleQueue) connect(_ context.Context, d *dialer, addr string) (session, error) {
	s := &sqsSession{simpleQueue: q, d: d, wire: newSQSWire(d), pollWire: newSQSWire(d), over: make(chan struct{}), urls: map[string]string{}}
	s.lose = sync.OnceFunc(func() { close(s.over) })
	s.settler = newSettler(s)
	s.client = s.wire.client(d, addr, q.Access)
	s.polls = s.pollWire.client(d, addr, q.Access)
	return s, nil
}

// client is an SDK's client over a wire. It tries every request once.
func (w *sqsWire) client(d *dialer, addr string, a Access) *sqs.Client {
	scheme, region := "http", a.Region
	if a.TLS {
		scheme = "https"
	}
	if region == "" {
		region = "us-east-1"
	}
	key, secret := a.login("msc-sim", "msc-sim")
	return sqs.New(sqs.Options{
		Region: region, BaseEndpoint: aws.String(scheme + "://" + addr), HTTPClient: w, Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider(key, secret, a.Token), AppID: d.route.From.Service,
	})
}

// version implements knower: SQS does not say, and is heard.
func (s *sqsSession) version(ctx context.Context) (string, error) {
	_, err := s.ask(ctx, func(ctx context.Context) error {
		_, err := s.client.ListQueues(ctx, &sqs.ListQueuesInput{QueueNamePrefix: aws.String(s.Prefix)})
		return err
	})
	return "", err
}

func (s *sqsSession) gone() <-chan struct{} { return s.over }

func (s *sqsSession) place(a address) string { return s.queue(a) }

func (s *sqsSession) flush() { s.settler.flush() }

func (s *sqsSession) hand(string, parcel) error { return errNoHand() }

func (s *sqsSession) inbox(func(parcel)) (string, error) { return "", errNoHand() }

func errNoHand() error {
	return sim.Invalidf("SQS stores what it is given and hands nothing over")
}

func (s *sqsSession) close() {
	s.lose()
	s.settler.close()
	s.wire.http.CloseIdleConnections()
	s.pollWire.http.CloseIdleConnections()
}

// ask makes one request, and says what crossed for it.
func (s *sqsSession) ask(ctx context.Context, do func(context.Context) error) (traffic, error) {
	var u share.Use
	err := s.trouble(ctx, do(watched(ctx, &u)))
	u.Leave()
	return traffic{out: u.Out, in: u.In}, err
}

// trouble says why something that was asked of the broker did not happen.
func (s *sqsSession) trouble(ctx context.Context, err error) error {
	var known *sim.Error
	var said smithy.APIError
	var undialled *undialled
	switch {
	case err == nil:
		return nil
	case errors.As(err, &said):
		return sqsRefused(said)
	case ctx.Err() != nil:
		return sim.AsError(ctx.Err())
	}
	s.lose()
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &undialled), errors.Is(err, syscall.ECONNREFUSED):
		return unreachable(ctx, err)
	}
	return errGone()
}

// sqsRefused puts a no of the broker into our words.
func sqsRefused(said smithy.APIError) error {
	code := sim.Unavailable
	switch word := said.ErrorCode(); {
	case word == "OverLimit", word == "RequestThrottled":
		code = sim.Exhausted
	case strings.HasPrefix(word, "Invalid") && strings.HasSuffix(word, "TokenId"), word == "AccessDenied", word == "SignatureDoesNotMatch":
		code = sim.Denied
	case strings.HasPrefix(word, "Invalid"):
		code = sim.Invalid
	}
	return &sim.Error{Code: code, Message: "sqs: " + share.Visible(said.ErrorMessage()), Err: said}
}

// declare makes a queue and, for what is handled and not only heard, that of its
// dead letters. A topic is nothing but its groups' queues.
func (s *sqsSession) declare(ctx context.Context, a address) error {
	if a.topic != "" && a.group == "" {
		return nil
	}
	name := s.queue(a)
	_, err := s.url(ctx, name)
	if missing := new(types.QueueDoesNotExist); !errors.As(err, &missing) {
		return err
	}
	attributes := map[string]string{"VisibilityTimeout": itoa(int(patience / time.Second))}
	if a.answers == 0 {
		if attributes["RedrivePolicy"], err = s.deadLetters(ctx, name+deadWord); err != nil {
			return err
		}
	}
	_, err = s.create(ctx, name, attributes)
	return err
}

// deadLetters makes the queue of dead letters and returns the policy that leads there.
func (s *sqsSession) deadLetters(ctx context.Context, name string) (policy string, err error) {
	url, err := s.create(ctx, name, nil)
	if err != nil {
		return "", err
	}
	_, err = s.ask(ctx, func(ctx context.Context) error {
		out, err := s.client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameQueueArn}})
		if err == nil {
			policy = fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":%d}`, out.Attributes["QueueArn"], maxTries)
		}
		return err
	})
	return policy, err
}

func (s *sqsSession) create(ctx context.Context, name string, attributes map[string]string) (url string, err error) {
	_, err = s.ask(ctx, func(ctx context.Context) error {
		out, err := s.client.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes})
		if err == nil {
			url = aws.ToString(out.QueueUrl)
		}
		return err
	})
	s.know(name, url, err)
	return url, err
}

// url is where a queue is asked; the first time, the broker is asked for it.
func (s *sqsSession) url(ctx context.Context, name string) (url string, err error) {
	s.mu.Lock()
	url, known := s.urls[name]
	s.mu.Unlock()
	if known {
		return url, nil
	}
	_, err = s.ask(ctx, func(ctx context.Context) error {
		out, err := s.client.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: &name})
		if err == nil {
			url = aws.ToString(out.QueueUrl)
		}
		return err
	})
	s.know(name, url, err)
	return url, err
}

// reach is url, of a queue that is made if it is one of ours and not there yet:
// an answer may be ready before the one who asked has opened the queue for it.
func (s *sqsSession) reach(ctx context.Context, name string) (url string, err error) {
	url, err = s.url(ctx, name)
	if missing := new(types.QueueDoesNotExist); errors.As(err, &missing) {
		a, ours := sqsAddress(s.bare("_", name))
		if !ours {
			return "", err
		}
		if err = s.declare(ctx, a); err == nil {
			url, err = s.url(ctx, name)
		}
	}
	return url, err
}

func (s *sqsSession) know(name, url string, err error) {
	if err == nil {
		s.mu.Lock()
		s.urls[name] = url
		s.mu.Unlock()
	}
}

// remove implements cleaner. A topic is nothing but its groups' queues.
func (s *sqsSession) remove(ctx context.Context, a address) error {
	if a.topic != "" && a.group == "" {
		return nil
	}
	return s.drop(ctx, a)
}

// drop implements leaver.
func (s *sqsSession) drop(ctx context.Context, a address) error {
	for _, name := range []string{s.queue(a), s.queue(a) + deadWord} {
		url, err := s.url(ctx, name)
		if err == nil {
			_, err = s.ask(ctx, func(ctx context.Context) error {
				_, err := s.client.DeleteQueue(ctx, &sqs.DeleteQueueInput{QueueUrl: &url})
				return err
			})
		}
		if missing := new(types.QueueDoesNotExist); err != nil && !errors.As(err, &missing) {
			return err
		}
	}
	return nil
}

// send puts p into a queue, or into the queue of each group of a topic.
func (s *sqsSession) send(ctx context.Context, to string, p parcel) (crossed traffic, err error) {
	queues := []string{to}
	if topic, ok := strings.CutPrefix(to, toTopic); ok {
		queues = nil
		for _, group := range s.d.topic(topic).groups {
			queues = append(queues, s.queue(address{topic: topic, group: group}))
		}
	}
	body, attributes := sqsMessage(p)
	for _, name := range queues {
		url, err := s.reach(ctx, name)
		if err != nil {
			return crossed, err
		}
		one, err := s.ask(ctx, func(ctx context.Context) error {
			_, err := s.client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &url, MessageBody: &body, MessageAttributes: attributes})
			return err
		})
		crossed.out += one.out
		crossed.in += one.in
		if err != nil {
			return crossed, err
		}
	}
	return crossed, nil
}
