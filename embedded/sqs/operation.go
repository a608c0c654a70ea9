package sqs

import "context"

// call is one request, whatever protocol it came in.
type call struct {
	*Server
	ctx  context.Context // ends when the client is gone
	base string          // what stands before the name of a queue in its URL
}

// operation is one thing that can be asked, for both protocols.
type operation struct {
	request func() any // an empty one, to be filled
	do      func(call, any) (any, error)
}

func op[In, Out any](do func(call, *In) (*Out, error)) operation {
	return operation{
		request: func() any { return new(In) },
		do:      func(c call, in any) (any, error) { return do(c, in.(*In)) },
	}
}

// operations is all of Amazon SQS, version 2012-11-05.
var operations = map[string]operation{
	"CreateQueue":        op(call.createQueue),
	"DeleteQueue":        op(call.deleteQueue),
	"PurgeQueue":         op(call.purgeQueue),
	"GetQueueUrl":        op(call.getQueueURL),
	"ListQueues":         op(call.listQueues),
	"GetQueueAttributes": op(call.getAttributes),
	"SetQueueAttributes": op(call.setAttributes),
	"TagQueue":           op(call.tagQueue),
	"UntagQueue":         op(call.untagQueue),
	"ListQueueTags":      op(call.listTags),
	"AddPermission":      op(call.addPermission),
	"RemovePermission":   op(call.removePermission),

	"SendMessage":                  op(call.send),
	"SendMessageBatch":             op(call.sendBatch),
	"ReceiveMessage":               op(call.receive),
	"DeleteMessage":                op(call.deleteMessage),
	"DeleteMessageBatch":           op(call.deleteBatch),
	"ChangeMessageVisibility":      op(call.changeVisibility),
	"ChangeMessageVisibilityBatch": op(call.changeBatch),

	"ListDeadLetterSourceQueues": op(call.listSources),
	"StartMessageMoveTask":       op(call.startMove),
	"ListMessageMoveTasks":       op(call.listMoves),
	"CancelMessageMoveTask":      op(call.cancelMove),
}
