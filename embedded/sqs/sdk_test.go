package sqs_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/msc-sim/msc-sim/embedded/sqs"
)

// shop is a client with a queue.
type shop struct {
	*testing.T
	*client.Client
	url *string
}

func newShop(t *testing.T, o sqs.Options) shop {
	c := connect(t, start(t, o), "x")
	q, err := c.CreateQueue(t.Context(), &client.CreateQueueInput{
		QueueName: aws.String("orders"), Attributes: map[string]string{"VisibilityTimeout": "60"}, Tags: map[string]string{"team": "a"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return shop{t, c, q.QueueUrl}
}

func (s shop) send(body string) {
	s.Helper()
	if _, err := s.SendMessage(s.Context(), &client.SendMessageInput{QueueUrl: s.url, MessageBody: &body}); err != nil {
		s.Fatal(err)
	}
}

func (s shop) receive() []types.Message {
	s.Helper()
	r, err := s.ReceiveMessage(s.Context(), &client.ReceiveMessageInput{
		QueueUrl: s.url, MaxNumberOfMessages: 10, MessageAttributeNames: []string{"order.*", "kind"},
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{"All"},
	})
	if err != nil {
		s.Fatal(err)
	}
	return r.Messages
}

// The SDK checks the MD5 of each body itself.
func TestAMessageCrossesWhole(t *testing.T) {
	s := newShop(t, sqs.Options{})
	body := "<a href=\"x\">&amp;\t\r\n ✓ \U0001F600 ]]>"
	sent, err := s.SendMessage(t.Context(), &client.SendMessageInput{
		QueueUrl: s.url, MessageBody: &body,
		MessageAttributes: map[string]types.MessageAttributeValue{
			"order.id": {DataType: aws.String("Number.int"), StringValue: aws.String("17")},
			"order.of": {DataType: aws.String("String"), StringValue: aws.String("ann")},
			"kind":     {DataType: aws.String("Binary"), BinaryValue: []byte{0, 255}},
			"secret":   {DataType: aws.String("String"), StringValue: aws.String("not asked for")},
		},
		MessageSystemAttributes: map[string]types.MessageSystemAttributeValue{"AWSTraceHeader": {DataType: aws.String("String"), StringValue: aws.String("Root=1-2")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := s.receive()
	if len(got) != 1 || *got[0].Body != body || *got[0].MessageId != *sent.MessageId || got[0].Attributes["AWSTraceHeader"] != "Root=1-2" {
		t.Fatalf("%+v", got)
	}
	a := got[0].MessageAttributes
	if len(a) != 3 || *a["order.id"].StringValue != "17" || *a["order.of"].StringValue != "ann" || string(a["kind"].BinaryValue) != "\x00\xff" {
		t.Errorf("%+v", a)
	}
	if sent.MD5OfMessageSystemAttributes == nil || *sent.MD5OfMessageAttributes == *got[0].MD5OfMessageAttributes {
		t.Error("the digests are those of what was sent, and of what was received")
	}
}

func TestBatches(t *testing.T) {
	s := newShop(t, sqs.Options{})
	var entries []types.SendMessageBatchRequestEntry
	for i := range 10 {
		entries = append(entries, types.SendMessageBatchRequestEntry{Id: aws.String(fmt.Sprint(i)), MessageBody: aws.String(fmt.Sprint("b", i))})
	}
	entries[3].MessageBody = aws.String("\x01")
	sent, err := s.SendMessageBatch(t.Context(), &client.SendMessageBatchInput{QueueUrl: s.url, Entries: entries})
	if err != nil {
		t.Fatal(err)
	}
	if len(sent.Successful) != 9 || len(sent.Failed) != 1 || *sent.Failed[0].Id != "3" || *sent.Failed[0].Code != "InvalidMessageContents" || !sent.Failed[0].SenderFault {
		t.Errorf("%+v", sent)
	}
	got := s.receive()
	if len(got) != 9 {
		t.Fatalf("received %d", len(got))
	}
	hide := []types.ChangeMessageVisibilityBatchRequestEntry{
		{Id: aws.String("a"), ReceiptHandle: got[0].ReceiptHandle, VisibilityTimeout: 0},
		{Id: aws.String("b"), ReceiptHandle: aws.String("none"), VisibilityTimeout: 0},
	}
	changed, err := s.ChangeMessageVisibilityBatch(t.Context(), &client.ChangeMessageVisibilityBatchInput{QueueUrl: s.url, Entries: hide})
	if err != nil || len(changed.Successful) != 1 || len(changed.Failed) != 1 || *changed.Failed[0].Code != "ReceiptHandleIsInvalid" {
		t.Errorf("%+v, %v", changed, err)
	}
	again := s.receive()
	if len(again) != 1 || *again[0].MessageId != *got[0].MessageId {
		t.Fatalf("%d are visible again", len(again))
	}
	var gone []types.DeleteMessageBatchRequestEntry
	for i, m := range append(got[1:], again...) {
		gone = append(gone, types.DeleteMessageBatchRequestEntry{Id: aws.String(fmt.Sprint(i)), ReceiptHandle: m.ReceiptHandle})
	}
	deleted, err := s.DeleteMessageBatch(t.Context(), &client.DeleteMessageBatchInput{QueueUrl: s.url, Entries: gone})
	if err != nil || len(deleted.Successful) != 9 {
		t.Errorf("%+v, %v", deleted, err)
	}
	all, err := s.GetQueueAttributes(t.Context(), &client.GetQueueAttributesInput{QueueUrl: s.url, AttributeNames: []types.QueueAttributeName{"ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"}})
	if diff := cmp.Diff(map[string]string{"ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesNotVisible": "0"}, all.Attributes); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestQueuesAreListedInPages(t *testing.T) {
	s := newShop(t, sqs.Options{})
	for i := range 5 {
		if _, err := s.CreateQueue(t.Context(), &client.CreateQueueInput{QueueName: aws.String(fmt.Sprint("page-", i))}); err != nil {
			t.Fatal(err)
		}
	}
	var names []string
	pages := client.NewListQueuesPaginator(s.Client, &client.ListQueuesInput{QueueNamePrefix: aws.String("page-"), MaxResults: aws.Int32(2)})
	n := 0
	for ; pages.HasMorePages(); n++ {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range page.QueueUrls {
			names = append(names, u[strings.LastIndexByte(u, '/')+1:])
		}
	}
	if diff := cmp.Diff([]string{"page-0", "page-1", "page-2", "page-3", "page-4"}, names); diff != "" || n != 3 {
		t.Errorf("%d pages\n%s", n, diff)
	}
}

func TestTagsAndPermissions(t *testing.T) {
	s := newShop(t, sqs.Options{})
	try := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	try(s.TagQueue(t.Context(), &client.TagQueueInput{QueueUrl: s.url, Tags: map[string]string{"stage": "test"}}))
	try(s.UntagQueue(t.Context(), &client.UntagQueueInput{QueueUrl: s.url, TagKeys: []string{"team"}}))
	tags, err := s.ListQueueTags(t.Context(), &client.ListQueueTagsInput{QueueUrl: s.url})
	if diff := cmp.Diff(map[string]string{"stage": "test"}, tags.Tags); diff != "" || err != nil {
		t.Error(diff, err)
	}
	add := &client.AddPermissionInput{QueueUrl: s.url, Label: aws.String("friends"), AWSAccountIds: []string{"123456789012"}, Actions: []string{"SendMessage"}}
	try(s.AddPermission(t.Context(), add))
	if _, err := s.AddPermission(t.Context(), add); code(err) != "InvalidParameterValue" {
		t.Errorf("the same label twice: %v", err)
	}
	all, err := s.GetQueueAttributes(t.Context(), &client.GetQueueAttributesInput{QueueUrl: s.url, AttributeNames: []types.QueueAttributeName{"Policy"}})
	if err != nil || !strings.Contains(all.Attributes["Policy"], `"Sid":"friends"`) {
		t.Errorf("%v, %v", all, err)
	}
	try(s.RemovePermission(t.Context(), &client.RemovePermissionInput{QueueUrl: s.url, Label: aws.String("friends")}))
	if _, err := s.RemovePermission(t.Context(), &client.RemovePermissionInput{QueueUrl: s.url, Label: aws.String("friends")}); code(err) != "InvalidParameterValue" {
		t.Errorf("a label that is gone: %v", err)
	}
}

// code is the word of an error as the SDK knows it.
func code(err error) string {
	var known smithy.APIError
	if errors.As(err, &known) {
		return known.ErrorCode()
	}
	return fmt.Sprint(err)
}

// The SDK has a type for each error of the service model.
func TestErrorsHaveTypes(t *testing.T) {
	s := newShop(t, sqs.Options{})
	ctx := t.Context()
	_, err := s.GetQueueUrl(ctx, &client.GetQueueUrlInput{QueueName: aws.String("none")})
	if is := new(types.QueueDoesNotExist); !errors.As(err, &is) || code(err) != "AWS.SimpleQueueService.NonExistentQueue" {
		t.Errorf("%v, code %s", err, code(err))
	}
	_, err = s.CreateQueue(ctx, &client.CreateQueueInput{QueueName: aws.String("orders"), Attributes: map[string]string{"VisibilityTimeout": "5"}})
	if is := new(types.QueueNameExists); !errors.As(err, &is) {
		t.Error(err)
	}
	_, err = s.SetQueueAttributes(ctx, &client.SetQueueAttributesInput{QueueUrl: s.url, Attributes: map[string]string{"Colour": "red"}})
	if is := new(types.InvalidAttributeName); !errors.As(err, &is) {
		t.Error(err)
	}
	_, err = s.SetQueueAttributes(ctx, &client.SetQueueAttributesInput{QueueUrl: s.url, Attributes: map[string]string{"DelaySeconds": "901"}})
	if is := new(types.InvalidAttributeValue); !errors.As(err, &is) {
		t.Error(err)
	}
	_, err = s.SendMessage(ctx, &client.SendMessageInput{QueueUrl: s.url, MessageBody: aws.String("\x07")})
	if is := new(types.InvalidMessageContents); !errors.As(err, &is) {
		t.Error(err)
	}
	_, err = s.DeleteMessage(ctx, &client.DeleteMessageInput{QueueUrl: s.url, ReceiptHandle: aws.String("?")})
	if is := new(types.ReceiptHandleIsInvalid); !errors.As(err, &is) {
		t.Error(err)
	}
	_, err = s.SendMessageBatch(ctx, &client.SendMessageBatchInput{QueueUrl: s.url, Entries: []types.SendMessageBatchRequestEntry{}})
	if is := new(types.EmptyBatchRequest); !errors.As(err, &is) {
		t.Error(err)
	}
	_, err = s.CancelMessageMoveTask(ctx, &client.CancelMessageMoveTaskInput{TaskHandle: aws.String("b3JkZXJzIDE")})
	if is := new(types.ResourceNotFoundException); !errors.As(err, &is) {
		t.Error(err)
	}
}

// What was answered is there after the broker ended and began again; how often a
// message was received is not known any more.
func TestKeptInADirectory(t *testing.T) {
	dir := t.TempDir()
	first := start(t, sqs.Options{Dir: dir})
	c := connect(t, first, "x")
	q, err := c.CreateQueue(t.Context(), &client.CreateQueueInput{QueueName: aws.String("orders"), Attributes: map[string]string{"VisibilityTimeout": "77"}, Tags: map[string]string{"a": "b"}})
	if err != nil {
		t.Fatal(err)
	}
	s := shop{t, c, q.QueueUrl}
	s.send("one")
	s.send("two")
	if got := s.receive(); len(got) != 2 {
		t.Fatal(got)
	} else if _, err := c.DeleteMessage(t.Context(), &client.DeleteMessageInput{QueueUrl: s.url, ReceiptHandle: got[0].ReceiptHandle}); err != nil {
		t.Fatal(err)
	}
	closed(t, first)

	s.Client = connect(t, start(t, sqs.Options{Dir: dir, Addr: first.Addr()}), "x")
	if got := s.receive(); len(got) != 1 || *got[0].Body != "two" {
		t.Errorf("%+v", got)
	}
	all, err := s.GetQueueAttributes(t.Context(), &client.GetQueueAttributesInput{QueueUrl: s.url, AttributeNames: []types.QueueAttributeName{"VisibilityTimeout"}})
	if err != nil || all.Attributes["VisibilityTimeout"] != "77" {
		t.Errorf("%v, %v", all, err)
	}
}
