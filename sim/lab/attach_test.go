package lab_test

import (
	"context"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/msc-sim/msc-sim/embedded/amqp"
	"github.com/msc-sim/msc-sim/embedded/kafka"
	"github.com/msc-sim/msc-sim/embedded/nats"
	box "github.com/msc-sim/msc-sim/embedded/queue"
	"github.com/msc-sim/msc-sim/embedded/sqs"
	"github.com/msc-sim/msc-sim/embedded/stomp"
	"github.com/msc-sim/msc-sim/sim"
	"github.com/msc-sim/msc-sim/sim/lab"
	"github.com/msc-sim/msc-sim/sim/worldfile"
)

// foreignBroker is a broker that runs without the lab.
type foreignBroker struct {
	at    string                // as a world names it
	names func() []string       // what there is now of queues, exchanges, streams, topics, groups
	env   func(v string) string // who may enter
}

// started starts a broker for one test, as somebody else would have.
func started(t *testing.T, name string) foreignBroker {
	t.Helper()
	moved := &moves{names: map[string]bool{}}
	env := map[string]string{"MSC_SIM_RABBITMQ_USER": "me", "MSC_SIM_RABBITMQ_PASSWORD": "s3cret:/@", "MSC_SIM_ACTIVEMQ_USER": "me", "MSC_SIM_ACTIVEMQ_PASSWORD": "s3cret"}
	e := foreignBroker{env: func(v string) string { return env[v] }, names: moved.left}
	var s interface {
		Addr() string
		Close() error
	}
	var err error
	switch name {
	case "rabbitmq":
		var a *amqp.Server
		a, err = amqp.Start(t.Context(), amqp.Options{User: "me", Password: "s3cret:/@"})
		s, e.names = a, func() (all []string) {
			there := a.Topology()
			for _, q := range there.Queues {
				all = append(all, q.Name)
			}
			for _, x := range there.Exchanges {
				if x.Name != "" {
					all = append(all, x.Name)
				}
			}
			return all
		}
	case "activemq":
		s, err = stomp.Start(t.Context(), stomp.Options{Users: map[string]string{"me": "s3cret"}, NeedLogin: true, Observe: moved.moved})
	case "sqs":
		var a *sqs.Server
		a, err = sqs.Start(t.Context(), sqs.Options{})
		s, e.names = a, func() []string { return queuesAt(t, a.Addr()) }
	case "kafka":
		var a *kafka.Server
		a, err = kafka.Start(t.Context(), kafka.Options{})
		s, e.names = a, func() (all []string) { return logsAt(t, a) }
	default:
		var a *nats.Server
		a, err = nats.Start(t.Context(), nats.Options{})
		s, e.names = a, func() []string { return streamsAt(t, a.Addr()) }
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	scheme := map[string]string{"rabbitmq": "amqp", "activemq": "stomp", "sqs": "http"}[name]
	if scheme == "" {
		scheme = name
	}
	e.at = name + "=" + scheme + "://" + s.Addr()
	return e
}

// moves remembers which queues there are, from what a broker reports.
type moves struct {
	mu    sync.Mutex
	names map[string]bool
}

func (m *moves) moved(v box.Move) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.names[v.Queue] = v.What != box.Deleted
}

func (m *moves) left() (all []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for name, there := range m.names {
		if there {
			all = append(all, name)
		}
	}
	return all
}

func queuesAt(t *testing.T, addr string) []string {
	c := awssqs.New(awssqs.Options{
		Region: "us-east-1", BaseEndpoint: aws.String("http://" + addr), Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
	})
	out, err := c.ListQueues(context.Background(), &awssqs.ListQueuesInput{})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, u := range out.QueueUrls {
		names = append(names, u[strings.LastIndex(u, "/")+1:])
	}
	return names
}

func logsAt(t *testing.T, s *kafka.Server) (names []string) {
	topics, err := s.Topics(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	groups, err := s.Groups(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range topics {
		names = append(names, x.Name)
	}
	for _, g := range groups {
		names = append(names, g.Name)
	}
	return names
}

func streamsAt(t *testing.T, addr string) (names []string) {
	nc, err := client.Connect("nats://" + addr)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	list := js.StreamNames(context.Background())
	for name := range list.Name() {
		if name != "DEAD" { // the server's own
			names = append(names, name)
		}
	}
	if list.Err() != nil {
		t.Fatal(list.Err())
	}
	return names
}

// attached is a world over a broker that is not its own.
func attached(t *testing.T, spec *sim.WorldSpec, way, at string) *sim.WorldSpec {
	t.Helper()
	b, err := sim.ParseBroker(at)
	if err != nil {
		t.Fatal(err)
	}
	spec.Brokers = []sim.BrokerSpec{b}
	for i, k := range spec.Links {
		if strings.HasPrefix(k.Transport, "nats") {
			spec.Links[i].Transport = way
		}
	}
	return spec
}

func mail(t *testing.T) *sim.WorldSpec {
	t.Helper()
	spec, err := worldfile.Load("mail")
	if err != nil {
		t.Fatal(err)
	}
	return spec
}

var ofBrokers = []string{"nats", "rabbitmq", "activemq", "sqs", "kafka"}

// Orders, their late answers and what is published travel by a broker that runs
// elsewhere, which afterwards is as it was.
func TestAnAttachedBrokerIsUsedAndLeftAsItWas(t *testing.T) {
	t.Parallel()
	for _, way := range ofBrokers {
		t.Run(way, func(t *testing.T) {
			there := started(t, way)
			o := lab.Options{Getenv: there.env}
			l, err := lab.Open(t.Context(), attached(t, mail(t), way, there.at), o)
			if err != nil {
				t.Fatal(err)
			}
			do(t, l, sim.Send{UseCase: "order.place", N: 3})
			if s := allSettled(t, l, "order:payment"); s.Transport != way || s.Accepted != 3 || s.Settled != 3 || s.Lost+s.Failed != 0 {
				t.Errorf("%+v", s)
			}
			if s := allSettled(t, l, "order:notification"); s.Settled != s.Accepted || s.Lost != 0 {
				t.Errorf("%+v", s)
			}
			ours(t, there.names())
			itIsNotOurs(t, l, way)
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			l, err = lab.Open(t.Context(), attached(t, parse(t, news), way, there.at), o)
			if err != nil {
				t.Fatal(err)
			}
			tell(t, l, "one", "two")
			allSettled(t, l, "shop:news")
			for _, to := range []string{"mail", "post"} {
				if s := allSettled(t, l, sim.Link("news", to)); s.Answered != 2 || s.Failed != 0 {
					t.Errorf("%s: %+v", to, s)
				}
			}
			ours(t, there.names())
			do(t, l, sim.Kill{Target: "mail"}) // what it leaves undone is removed too
			tell(t, l, "three")
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			var left []string
			defer func() { t.Logf("left behind: %q", left) }()
			eventually(t, "nothing is left behind", func() bool { // stomp reports a removal after it has confirmed it
				left = there.names()
				return len(left) == 0
			})
		})
	}
}

// ours checks that every name shows where it comes from.
func ours(t *testing.T, names []string) {
	t.Helper()
	if len(names) == 0 {
		t.Error("nothing was made there")
	}
	for _, name := range names {
		plain, ofGroup := strings.CutPrefix(name, "Consumer.")
		if ofGroup { // ActiveMQ wants to see the group before the topic
			_, plain, _ = strings.Cut(plain, ".VirtualTopic.")
		}
		if !strings.HasPrefix(plain, "msc-sim-") {
			t.Errorf("%s could be anybody's", name)
		}
	}
}

func itIsNotOurs(t *testing.T, l *lab.Lab, name string) {
	t.Helper()
	for _, c := range []sim.Command{sim.Kill{Target: name}, sim.Restart{Target: name}, sim.Pause{Target: name}} {
		if _, err := l.Do(t.Context(), c); sim.CodeOf(err) != sim.Denied || !strings.Contains(err.Error(), "not ours") {
			t.Errorf("%T: %v", c, err)
		}
	}
	all := do(t, l, sim.Show{What: "services"}).Data.([]lab.Service)
	i := slices.IndexFunc(all, func(s lab.Service) bool { return s.Name == name })
	if i < 0 || !strings.HasPrefix(all[i].Note, "attached") || all[i].Addr == "" {
		t.Errorf("%s is shown as %+v", name, all)
	}
	e := await(t, l, 0, func(e sim.Event) bool {
		f, ok := e.Fact.(sim.Started)
		return ok && e.Node.Service == name && strings.HasPrefix(f.Note, "attached")
	})
	t.Logf("%s: %s at %s", name, e.Fact.(sim.Started).Note, e.Fact.(sim.Started).Addr)
	for _, p := range l.Endpoints() {
		if strings.Contains(p.Addr, "s3cret") || strings.Contains(p.Addr, "@") {
			t.Errorf("%+v", p)
		}
	}
	if says := l.Attached(); len(says) != 1 || !strings.Contains(says[0], "msc-sim-") {
		t.Errorf("%q", says)
	}
}

func TestABrokerThatIsNotThere(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := free.Addr().String()
	_ = free.Close()
	for way, scheme := range map[string]string{"nats": "nats", "rabbitmq": "amqp", "activemq": "stomp", "sqs": "http", "kafka": "kafka"} {
		_, err := lab.Open(t.Context(), attached(t, mail(t), way, way+"="+scheme+"://"+addr), lab.Options{})
		e := sim.AsError(err)
		if e.Code != sim.Unavailable || !strings.Contains(e.Message, addr) || !strings.Contains(e.Message, "connection refused") || !strings.Contains(e.Fix, "built in") {
			t.Errorf("%s: %s: %s – %s", way, e.Code, e.Message, e.Fix)
		}
	}
}

func TestAddressesThatCannotBeMeant(t *testing.T) {
	for _, tt := range []struct {
		at   string
		code sim.Code
		fix  string
	}{
		{"rabbitmq=amqp://192.0.2.1:5672", sim.Denied, "--external"},
		{"sqs=https://sqs.eu-central-1.amazonaws.com", sim.Denied, "--external"},
		{"kafka=kafka://127.0.0.1:9092,k.example.org", sim.Denied, "--external"},
		{"rabbitmq=amqps://127.0.0.1:5671", sim.Invalid, "tunnel"},
		{"nats=amqp://127.0.0.1:5672", sim.Invalid, "nats=nats://127.0.0.1:4222"},
		{"rabbitmq=amqp://127.0.0.1,127.0.0.2", sim.Invalid, "rabbitmq=amqp://127.0.0.1:5672"},
		{"nats=nats://127.0.0.1:4222/x", sim.Invalid, "nats=nats://127.0.0.1:4222"},
		{"rabitmq=amqp://127.0.0.1", sim.NotFound, "rabbitmq"},
	} {
		_, err := lab.Open(t.Context(), attached(t, mail(t), "nats", tt.at), lab.Options{})
		if e := sim.AsError(err); e.Code != tt.code || !strings.Contains(e.Fix, tt.fix) {
			t.Errorf("%s: %s: %s – %s", tt.at, e.Code, e.Message, e.Fix)
		}
	}
}

// What cannot be removed at the end is said, with what to look for.
func TestABrokerThatIsGoneAtTheEnd(t *testing.T) {
	s, err := amqp.Start(t.Context(), amqp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	l, err := lab.Open(t.Context(), attached(t, mail(t), "rabbitmq", "rabbitmq=amqp://"+s.Addr()), lab.Options{})
	if err != nil {
		t.Fatal(err)
	}
	do(t, l, sim.Send{UseCase: "order.place"})
	if _, err := l.Do(t.Context(), sim.Inject{Target: "order:payment", Fault: "full"}); sim.CodeOf(err) != sim.Denied {
		t.Errorf("a queue that is not ours was filled: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if e := sim.AsError(l.Close()); e.Code != sim.Unavailable || !strings.Contains(e.Fix, "msc-sim-") {
		t.Errorf("%+v", e)
	}
}
