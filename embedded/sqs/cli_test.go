package sqs_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/msc-sim/msc-sim/embedded/sqs"
)

// cli is the AWS command line, as it is installed: version 1 and 2.9 speak the
// Query protocol, later ones JSON.
type cli struct {
	*testing.T
	program, endpoint string
}

func newCLI(t *testing.T) cli {
	t.Helper()
	if testing.Short() {
		t.Skip("it takes seconds to start")
	}
	for _, program := range []string{"/usr/bin/aws", "/usr/local/bin/aws"} {
		if _, err := os.Stat(program); err == nil {
			return cli{t, program, "http://" + start(t, sqs.Options{}).Addr()}
		}
	}
	t.Skip("the AWS CLI is not installed")
	return cli{}
}

func (c cli) command(args ...string) ([]byte, error) {
	cmd := exec.CommandContext(c.Context(), c.program, append([]string{"--endpoint-url", c.endpoint, "--region", "us-east-1", "--output", "json", "sqs"}, args...)...)
	cmd.Env = []string{"PATH=/usr/bin:/bin", "AWS_ACCESS_KEY_ID=any", "AWS_SECRET_ACCESS_KEY=any", "AWS_PAGER=", "AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE=/dev/null"}
	return cmd.CombinedOutput()
}

// run runs a command that must succeed and returns what it answers.
func (c cli) run(args ...string) (answer struct {
	QueueUrl, MessageId string
	Attributes          map[string]string
	Successful, Failed  []struct{ Id, Code string }
	Messages            []struct {
		MessageId, Body, ReceiptHandle string
		Attributes                     map[string]string
		MessageAttributes              map[string]struct{ StringValue, DataType string }
	}
},
) {
	c.Helper()
	out, err := c.command(args...)
	if err != nil {
		c.Fatalf("aws sqs %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	if len(out) > 0 {
		if err := json.Unmarshal(out, &answer); err != nil {
			c.Fatalf("aws sqs %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	return answer
}

// Each command takes a second to start, so there are few; what they do beyond
// this, boto3 does in one program.
func TestTheCommandLine(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	dead := c.run("create-queue", "--queue-name", "dead").QueueUrl
	q := c.run("create-queue", "--queue-name", "orders", "--attributes", `{"VisibilityTimeout":"1","RedrivePolicy":"{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000000:dead\",\"maxReceiveCount\":2}"}`).QueueUrl
	sent := c.run("send-message", "--queue-url", q, "--message-body", "hi <&>", "--message-attributes", `{"k":{"DataType":"String","StringValue":"v"}}`)
	for try := range 2 { // the second one waits until the message is visible again
		got := c.run("receive-message", "--queue-url", q, "--wait-time-seconds", "5", "--attribute-names", "All", "--message-attribute-names", "All").Messages
		if len(got) != 1 || got[0].Body != "hi <&>" || got[0].MessageId != sent.MessageId || got[0].Attributes["ApproximateReceiveCount"] != []string{"1", "2"}[try] || got[0].MessageAttributes["k"].StringValue != "v" {
			t.Fatalf("%+v", got)
		}
	}
	got := c.run("receive-message", "--queue-url", dead, "--wait-time-seconds", "5").Messages
	if len(got) != 1 || got[0].MessageId != sent.MessageId {
		t.Fatalf("not in the dead letters: %+v", got)
	}
	c.run("delete-message", "--queue-url", dead, "--receipt-handle", got[0].ReceiptHandle)
	if a := c.run("get-queue-attributes", "--queue-url", dead, "--attribute-names", "All").Attributes; a["ApproximateNumberOfMessages"] != "0" || a["ApproximateNumberOfMessagesNotVisible"] != "0" {
		t.Errorf("%v", a)
	}
	if out, err := c.command("get-queue-url", "--queue-name", "none"); err == nil || !strings.Contains(string(out), "AWS.SimpleQueueService.NonExistentQueue") {
		t.Errorf("%v: %s", err, out)
	}
}

func TestTheCommandLineInBatchesAndInOrder(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	q := c.run("create-queue", "--queue-name", "orders.fifo", "--attributes", "FifoQueue=true,ContentBasedDeduplication=true").QueueUrl
	batch := c.run("send-message-batch", "--queue-url", q, "--entries", `[{"Id":"1","MessageBody":"one","MessageGroupId":"g"},{"Id":"2","MessageBody":"two","MessageGroupId":"g"},{"Id":"3","MessageBody":"three"}]`)
	if len(batch.Successful) != 2 || len(batch.Failed) != 1 || batch.Failed[0].Id != "3" || batch.Failed[0].Code != "MissingParameter" {
		t.Errorf("%+v", batch)
	}
	got := c.run("receive-message", "--queue-url", q, "--max-number-of-messages", "10").Messages
	if len(got) != 2 || got[0].Body != "one" || got[1].Body != "two" {
		t.Fatalf("%+v", got)
	}
	gone := c.run("delete-message-batch", "--queue-url", q, "--entries", `[{"Id":"1","ReceiptHandle":"`+got[0].ReceiptHandle+`"},{"Id":"2","ReceiptHandle":"`+got[1].ReceiptHandle+`"}]`)
	if len(gone.Successful) != 2 {
		t.Errorf("%+v", gone)
	}
}
