package sqs_test

import (
	"os/exec"
	"testing"

	"github.com/msc-sim/msc-sim/embedded/sqs"
)

// boto is what a script of somebody's in Python does. It checks MD5s itself.
const boto = `
import sys, boto3
from botocore.exceptions import ClientError
r = boto3.resource("sqs", endpoint_url=sys.argv[1], region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
q = r.create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "60"})
sent = q.send_messages(Entries=[{"Id": str(i), "MessageBody": "m%d \u2713" % i, "MessageAttributes": {"n": {"DataType": "Number", "StringValue": str(i)}, "b": {"DataType": "Binary", "BinaryValue": bytes([i])}}} for i in range(10)])
assert len(sent["Successful"]) == 10, sent
got = q.receive_messages(MaxNumberOfMessages=10, MessageAttributeNames=["All"], AttributeNames=["All"], WaitTimeSeconds=5)
assert sorted(m.body for m in got) == ["m%d \u2713" % i for i in range(10)], got
assert all(m.message_attributes["b"]["BinaryValue"] == bytes([int(m.message_attributes["n"]["StringValue"])]) for m in got)
got[0].change_visibility(VisibilityTimeout=0)
again = q.receive_messages()
assert len(again) == 1 and again[0].message_id == got[0].message_id
done = q.delete_messages(Entries=[{"Id": str(i), "ReceiptHandle": m.receipt_handle} for i, m in enumerate(got[1:] + again)])
assert len(done["Successful"]) == 10, done
q.reload()
assert q.attributes["ApproximateNumberOfMessages"] == "0", q.attributes
f = r.create_queue(QueueName="f.fifo", Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"})
a, b = [f.send_message(MessageBody="same", MessageGroupId="g") for _ in range(2)]
assert a["MessageId"] == b["MessageId"] and a["SequenceNumber"] == b["SequenceNumber"], (a, b)
c = r.meta.client
dead = r.create_queue(QueueName="dead")
q.set_attributes(Attributes={"RedrivePolicy": '{"deadLetterTargetArn":"%s","maxReceiveCount":1}' % dead.attributes["QueueArn"]})
assert [s.url for s in dead.dead_letter_source_queues.all()] == [q.url]
c.tag_queue(QueueUrl=q.url, Tags={"team": "a"})
assert c.list_queue_tags(QueueUrl=q.url)["Tags"] == {"team": "a"}
c.untag_queue(QueueUrl=q.url, TagKeys=["team"])
q.add_permission(Label="l", AWSAccountIds=["123456789012"], Actions=["SendMessage"])
q.remove_permission(Label="l")
f.purge()
assert c.list_queues(QueueNamePrefix="f")["QueueUrls"] == [f.url]
assert [u for p in c.get_paginator("list_queues").paginate(PaginationConfig={"PageSize": 2}) for u in p["QueueUrls"]] == [dead.url, f.url, q.url]
try:
    r.get_queue_by_name(QueueName="none")
    assert False
except ClientError as e:
    assert e.response["Error"]["Code"] == "AWS.SimpleQueueService.NonExistentQueue", e.response
q.delete()
`

func TestBoto(t *testing.T) {
	t.Parallel()
	const python = "/usr/bin/python3"
	if exec.CommandContext(t.Context(), python, "-c", "import boto3").Run() != nil {
		t.Skip("boto3 is not installed")
	}
	s := start(t, sqs.Options{})
	if out, err := exec.CommandContext(t.Context(), python, "-c", boto, "http://"+s.Addr()).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
