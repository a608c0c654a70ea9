package sqs

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/msc-sim/msc-sim/embedded/queue"
)

// mover is one message move task: it takes dead letters back to where they came
// from, or to another queue.
type mover struct {
	from   *box
	to     *box // nil = each to its own
	cancel context.CancelFunc

	mu  sync.Mutex
	now move
}

// States of a task.
const (
	running    = "RUNNING"
	completed  = "COMPLETED"
	cancelling = "CANCELLING"
	cancelled  = "CANCELLED"
	failedMove = "FAILED"
)

// maxMoves is how many tasks of a queue are remembered.
const maxMoves = 10

func (c call) startMove(in *startMove) (*moveStarted, error) {
	from, err := c.resource("SourceArn", in.SourceArn)
	if err != nil {
		return nil, err
	}
	m := &mover{from: from}
	if in.DestinationArn != "" {
		if m.to, err = c.resource("DestinationArn", in.DestinationArn); err != nil {
			return nil, err
		}
	}
	if len(c.sources(from.Name())) == 0 {
		return nil, no.invalidParameter.because("Source queue must be configured as a Dead Letter Queue.")
	}
	if err := inRange("MaxNumberOfMessagesPerSecond", in.MaxNumberOfMessagesPerSecond, 1, 500); err != nil {
		return nil, err
	}
	ready, _ := from.Len()
	m.now = move{
		TaskHandle: base64.RawURLEncoding.EncodeToString([]byte(from.Name() + " " + requestID())), Status: running,
		SourceArn: in.SourceArn, DestinationArn: in.DestinationArn, MaxNumberOfMessagesPerSecond: in.MaxNumberOfMessagesPerSecond,
		ApproximateNumberOfMessagesToMove: ready, StartedTimestamp: time.Now().UnixMilli(),
	}
	return &moveStarted{m.now.TaskHandle}, c.begin(m)
}

// resource finds a queue by its ARN.
func (s *Server) resource(parameter, a string) (*box, error) {
	if a == "" {
		return nil, missing(parameter)
	}
	if name, ok := nameOfARN(a); ok {
		if b, ok := s.box(name); ok {
			return b, nil
		}
	}
	return nil, no.noResource.because("The resource that you specified for the %s parameter doesn't exist.", parameter)
}

// begin starts a task, unless one is running for that queue.
func (s *Server) begin(m *mover) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := m.from.Name()
	if slices.ContainsFunc(s.moves[name], (*mover).active) {
		return no.invalidParameter.because("There is already a task running. Only one active task is allowed for a source queue arn at a given time.")
	}
	var ctx context.Context
	ctx, m.cancel = context.WithCancel(s.ctx)
	s.moves[name] = append([]*mover{m}, s.moves[name]...)
	s.moves[name] = s.moves[name][:min(len(s.moves[name]), maxMoves)]
	s.work.Go(func() { // ends with the messages, CancelMessageMoveTask, or Close
		defer m.cancel()
		s.run(ctx, m)
	})
	return nil
}

// run moves the messages that were there when the task began.
func (s *Server) run(ctx context.Context, m *mover) {
	most := m.told().ApproximateNumberOfMessagesToMove
	hold := s.engine.Hold()
	defer hold.Close() // what was not moved is where it was
	var pause <-chan time.Time
	if rate := m.now.MaxNumberOfMessagesPerSecond; rate != nil {
		tick := time.NewTicker(time.Second / time.Duration(*rate))
		defer tick.Stop()
		pause = tick.C
	}
	for range most {
		if pause != nil {
			select {
			case <-pause:
			case <-ctx.Done():
			}
		}
		if ctx.Err() != nil {
			m.end(cancelled, "")
			return
		}
		moved, err := s.moveOne(hold, m.from, m.to)
		if err != nil {
			m.end(failedMove, asFault(err).query)
			return
		}
		if !moved {
			break
		}
		m.count()
	}
	m.end(completed, "")
}

// moveOne moves the first message of a queue, to one queue or each to where it
// came from; false when there is none.
func (s *Server) moveOne(hold *queue.Holder, from, to *box) (bool, error) {
	d, ok := hold.Get(from.Queue, false)
	if !ok {
		return false, nil
	}
	e := readEnvelope(d.Message)
	if to == nil {
		var err error
		if to, err = s.named(e.Source); err != nil {
			return false, err
		}
	}
	if _, err := to.Put(e.anew(d.Message)); err != nil {
		return false, err
	}
	d.Ack()
	return true, s.engine.Flush()
}

func (m *mover) told() move {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now
	if now.Status != running {
		now.TaskHandle = ""
	}
	return now
}

func (m *mover) active() bool {
	status := m.told().Status
	return status == running || status == cancelling
}

func (m *mover) count() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now.ApproximateNumberOfMessagesMoved++
}

func (m *mover) end(status, why string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now.Status, m.now.FailureReason = status, why
}

func (c call) listMoves(in *listMoves) (*moves, error) {
	from, err := c.resource("SourceArn", in.SourceArn)
	if err != nil {
		return nil, err
	}
	if err := inRange("MaxResults", in.MaxResults, 1, maxMoves); err != nil {
		return nil, err
	}
	most := 1
	if in.MaxResults != nil {
		most = *in.MaxResults
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	out := &moves{}
	for _, m := range c.moves[from.Name()] {
		if len(out.Results) < most {
			out.Results = append(out.Results, m.told())
		}
	}
	return out, nil
}

func (c call) cancelMove(in *cancelMove) (*moveEnded, error) {
	if in.TaskHandle == "" {
		return nil, missing("TaskHandle")
	}
	b, err := base64.RawURLEncoding.DecodeString(in.TaskHandle)
	name, _, ok := strings.Cut(string(b), " ")
	if err != nil || !ok {
		return nil, no.invalidParameter.because("Value for parameter TaskHandle is invalid.")
	}
	if _, err := c.resource("SourceArn", arn(name)); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range c.moves[name] {
		if m.told().TaskHandle == in.TaskHandle {
			m.end(cancelling, "")
			m.cancel()
			return &moveEnded{m.told().ApproximateNumberOfMessagesMoved}, nil
		}
	}
	return nil, no.noResource.because("Task does not exist.")
}
