package kafka

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"

	"github.com/twmb/franz-go/pkg/kfake"
)

// MoveLeader makes another broker serve a partition. Clients are told so when
// they ask the one that served it before.
func (s *Server) MoveLeader(topic string, partition, broker int) error {
	err := s.ask(func(c *kfake.Cluster) error { return c.MoveTopicPartition(topic, int32(partition), int32(broker)) })
	if err != nil {
		return fmt.Errorf("%s/%d cannot move to broker %d: %w", topic, partition, broker, err)
	}
	return nil
}

// Brokers are the numbers of the brokers that run, from 0 on.
func (s *Server) Brokers() []int { return s.doors.running() }

// Controller is the number of the broker that makes topics. It cannot be stopped.
func (s *Server) Controller() int { return s.controller }

// StopBroker ends a broker: its connections break, nobody can reach it, and the
// partitions it served are served by the others. Nothing is lost by that.
func (s *Server) StopBroker(ctx context.Context, n int) error {
	topics, err := s.Topics(ctx)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	door := s.doors.of(n)
	switch {
	case s.closed:
		return errClosed
	case door == nil:
		return fmt.Errorf("broker %d does not run", n)
	case n == s.controller:
		return fmt.Errorf("broker %d makes the topics and cannot be stopped; stop another one", n)
	}
	if err := s.cluster.RemoveNode(int32(n)); err != nil {
		return fmt.Errorf("broker %d cannot be stopped: %w", n, err)
	}
	s.doors.lock(n)
	s.stopped[n] = door.Addr().String()
	return s.keepLeaders(topics, n)
}

// StartBroker starts a stopped broker again, where it listened before. It serves
// no partition until one is moved to it.
func (s *Server) StartBroker(ctx context.Context, n int) error {
	topics, err := s.Topics(ctx)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	addr, stopped := s.stopped[n]
	switch {
	case s.closed:
		return errClosed
	case !stopped:
		return fmt.Errorf("broker %d has not been stopped", n)
	}
	_, p, _ := net.SplitHostPort(addr) // it listened there
	port, _ := strconv.Atoi(p)
	s.doors.expect(n)
	if _, _, err := s.cluster.AddNode(int32(n), port); err != nil {
		return fmt.Errorf("broker %d cannot start: %w", n, err)
	}
	delete(s.stopped, n)
	return s.keepLeaders(topics, -1)
}

// keepLeaders gives partitions back to who served them, except to the one who is
// lost: the cluster draws all leaders anew when a broker comes or goes. mu is held.
func (s *Server) keepLeaders(before []Topic, lost int) (err error) {
	for _, t := range before {
		for _, p := range t.Partitions {
			if p.Leader != lost && int(s.cluster.LeaderFor(t.Name, int32(p.Number))) != p.Leader {
				err = errors.Join(err, s.cluster.MoveTopicPartition(t.Name, int32(p.Number), int32(p.Leader)))
			}
		}
	}
	return err
}
