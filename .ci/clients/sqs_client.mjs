// The AWS SDK for JavaScript, version 3: batches, visibility, FIFO with its
// deduplication, and a dead-letter queue that is emptied back into its source.
import assert from 'assert';
import * as sqs from '@aws-sdk/client-sqs';

const client = new sqs.SQSClient({ endpoint: `http://${process.env.SQS}`, region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
const do_ = (name, input) => client.send(new sqs[`${name}Command`](input));
const arn = async (QueueUrl) => (await do_('GetQueueAttributes', { QueueUrl, AttributeNames: ['QueueArn'] })).Attributes.QueueArn;

const dead = (await do_('CreateQueue', { QueueName: 'ci-js-dead' })).QueueUrl;
const url = (await do_('CreateQueue', {
  QueueName: 'ci-js', Attributes: { VisibilityTimeout: '30', RedrivePolicy: JSON.stringify({ deadLetterTargetArn: await arn(dead), maxReceiveCount: 1 }) },
})).QueueUrl;
const sent = await do_('SendMessageBatch', { QueueUrl: url, Entries: [...Array(10).keys()].map((i) => ({ Id: `m${i}`, MessageBody: `${i}`, MessageAttributes: { n: { DataType: 'Number', StringValue: `${i}` } } })) });
assert.strictEqual(sent.Successful.length, 10); // the SDK has checked the MD5 of each body
let got = [];
while (got.length < 10) got = got.concat((await do_('ReceiveMessage', { QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: 1, MessageAttributeNames: ['All'] })).Messages ?? []);
assert.strictEqual(new Set(got.map((m) => m.Body)).size, 10);
assert.strictEqual(got[0].MessageAttributes.n.StringValue, got[0].Body);
const gone = await do_('DeleteMessageBatch', { QueueUrl: url, Entries: got.slice(1).map((m, i) => ({ Id: `d${i}`, ReceiptHandle: m.ReceiptHandle })) });
assert.strictEqual(gone.Successful.length, 9);
await do_('ChangeMessageVisibility', { QueueUrl: url, ReceiptHandle: got[0].ReceiptHandle, VisibilityTimeout: 0 });
assert.ok(!(await do_('ReceiveMessage', { QueueUrl: url, WaitTimeSeconds: 1 })).Messages?.length, 'received twice where once is the most');
const buried = await do_('ReceiveMessage', { QueueUrl: dead, WaitTimeSeconds: 1, VisibilityTimeout: 0 });
assert.strictEqual(buried.Messages?.[0].Body, got[0].Body);
await do_('StartMessageMoveTask', { SourceArn: await arn(dead) });
assert.strictEqual((await do_('ReceiveMessage', { QueueUrl: url, WaitTimeSeconds: 5 })).Messages?.[0].Body, got[0].Body);

const fifo = (await do_('CreateQueue', { QueueName: 'ci-js.fifo', Attributes: { FifoQueue: 'true', ContentBasedDeduplication: 'true' } })).QueueUrl;
for (const body of ['a', 'b', 'b', 'c']) await do_('SendMessage', { QueueUrl: fifo, MessageBody: body, MessageGroupId: 'g' });
const inOrder = (await do_('ReceiveMessage', { QueueUrl: fifo, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 })).Messages.map((m) => m.Body);
assert.strictEqual(inOrder.join(''), 'abc');
await assert.rejects(do_('GetQueueUrl', { QueueName: 'nowhere' }), (e) => e instanceof sqs.QueueDoesNotExist);
for (const QueueUrl of [url, dead, fifo]) await do_('DeleteQueue', { QueueUrl });
console.log('ok');
