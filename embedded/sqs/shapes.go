package sqs

// The requests and answers of Amazon SQS, version 2012-11-05, as its service
// model names them. The JSON protocol uses the names of the fields. The Query
// protocol calls lists and maps by another name, which stands in the tag:
//
//	query:"AttributeName"     a list: AttributeName.1, AttributeName.2, …
//	query:"Attribute"         a map:  Attribute.1.Name, Attribute.1.Value, …
//	query:"Tag,Key,Value"     a map with other words for its two halves
type (
	createQueue struct {
		QueueName  string
		Attributes map[string]string `query:"Attribute"`
		Tags       map[string]string `json:"tags" query:"Tag,Key,Value"`
	}
	getQueueURL struct {
		QueueName              string
		QueueOwnerAWSAccountId string // every account is this one
	}
	listQueues struct {
		QueueNamePrefix, NextToken string
		MaxResults                 *int
	}
	// ofQueue names a queue: DeleteQueue, PurgeQueue, ListQueueTags.
	ofQueue struct{ QueueUrl string }

	getAttributes struct {
		ofQueue
		AttributeNames []string `query:"AttributeName"`
	}
	setAttributes struct {
		ofQueue
		Attributes map[string]string `query:"Attribute"`
	}
	listSources struct {
		ofQueue
		NextToken  string
		MaxResults *int
	}
	tagQueue struct {
		ofQueue
		Tags map[string]string `query:"Tag,Key,Value"`
	}
	untagQueue struct {
		ofQueue
		TagKeys []string `query:"TagKey"`
	}
	addPermission struct {
		ofQueue
		Label         string
		AWSAccountIds []string `query:"AWSAccountId"`
		Actions       []string `query:"ActionName"`
	}
	removePermission struct {
		ofQueue
		Label string
	}
)

type (
	queueURL  struct{ QueueUrl string }
	queueURLs struct {
		QueueUrls []string `json:",omitempty" query:"QueueUrl"`
		NextToken string   `json:",omitempty"`
	}
	sourceURLs struct {
		QueueUrls []string `json:"queueUrls" query:"QueueUrl"`
		NextToken string   `json:",omitempty"`
	}
	queueAttributes struct {
		Attributes map[string]string `json:",omitempty" query:"Attribute"`
	}
	queueTags struct {
		Tags map[string]string `json:",omitempty" query:"Tag,Key,Value"`
	}
	nothing struct{}
)

// outgoing is a message on its way into a queue.
type outgoing struct {
	MessageBody             string
	DelaySeconds            *int
	MessageAttributes       map[string]attribute `query:"MessageAttribute"`
	MessageSystemAttributes map[string]attribute `query:"MessageSystemAttribute"`
	MessageDeduplicationId  string
	MessageGroupId          string
}

// attribute is a value with a type: String, Number, Binary, or one of these with
// a dot and a word of the sender's.
type attribute struct {
	DataType         string
	StringValue      *string  `json:",omitempty"`
	BinaryValue      []byte   `json:",omitempty"`
	StringListValues []string `json:",omitempty" query:"StringListValue"` // never implemented by SQS
	BinaryListValues [][]byte `json:",omitempty" query:"BinaryListValue"` // nor this
}

// stored says what became of an outgoing message.
type stored struct {
	MessageId                    string
	MD5OfMessageBody             string
	MD5OfMessageAttributes       string `json:",omitempty"`
	MD5OfMessageSystemAttributes string `json:",omitempty"`
	SequenceNumber               string `json:",omitempty"`
}

type (
	sendMessage struct {
		ofQueue
		outgoing
	}
	sendBatch struct {
		ofQueue
		Entries []sendEntry `query:"SendMessageBatchRequestEntry"`
	}
	sendEntry struct {
		Id string
		outgoing
	}
	sendResult struct {
		Successful []sendSuccess `json:",omitempty" query:"SendMessageBatchResultEntry"`
		Failed     []failure     `json:",omitempty" query:"BatchResultErrorEntry"`
	}
	sendSuccess struct {
		Id string
		stored
	}
	failure struct {
		Id          string
		SenderFault bool
		Code        string
		Message     string
	}
)

type (
	receiveMessage struct {
		ofQueue
		AttributeNames              []string `query:"AttributeName"`
		MessageSystemAttributeNames []string `query:"MessageSystemAttributeName"`
		MessageAttributeNames       []string `query:"MessageAttributeName"`
		MaxNumberOfMessages         *int
		VisibilityTimeout           *int
		WaitTimeSeconds             *int
		ReceiveRequestAttemptId     string
	}
	received struct {
		Messages []message `json:",omitempty" query:"Message"`
	}
	message struct {
		MessageId              string
		ReceiptHandle          string
		MD5OfBody              string
		Body                   string
		Attributes             map[string]string    `json:",omitempty" query:"Attribute"`
		MD5OfMessageAttributes string               `json:",omitempty"`
		MessageAttributes      map[string]attribute `json:",omitempty" query:"MessageAttribute"`
	}
)

type (
	deleteMessage struct {
		ofQueue
		ReceiptHandle string
	}
	deleteBatch struct {
		ofQueue
		Entries []deleteEntry `query:"DeleteMessageBatchRequestEntry"`
	}
	deleteEntry      struct{ Id, ReceiptHandle string }
	changeVisibility struct {
		ofQueue
		ReceiptHandle     string
		VisibilityTimeout *int
	}
	changeBatch struct {
		ofQueue
		Entries []changeEntry `query:"ChangeMessageVisibilityBatchRequestEntry"`
	}
	changeEntry struct {
		Id, ReceiptHandle string
		VisibilityTimeout *int
	}
	done         struct{ Id string }
	deleteResult struct {
		Successful []done    `json:",omitempty" query:"DeleteMessageBatchResultEntry"`
		Failed     []failure `json:",omitempty" query:"BatchResultErrorEntry"`
	}
	changeResult struct {
		Successful []done    `json:",omitempty" query:"ChangeMessageVisibilityBatchResultEntry"`
		Failed     []failure `json:",omitempty" query:"BatchResultErrorEntry"`
	}
)

type (
	startMove struct {
		SourceArn, DestinationArn    string
		MaxNumberOfMessagesPerSecond *int
	}
	listMoves struct {
		SourceArn  string
		MaxResults *int
	}
	cancelMove  struct{ TaskHandle string }
	moveStarted struct{ TaskHandle string }
	moveEnded   struct{ ApproximateNumberOfMessagesMoved int }
	moves       struct {
		Results []move `json:",omitempty" query:"ListMessageMoveTasksResultEntry"`
	}
	move struct {
		TaskHandle                        string `json:",omitempty"` // only while it runs
		Status                            string
		SourceArn                         string
		DestinationArn                    string `json:",omitempty"`
		MaxNumberOfMessagesPerSecond      *int   `json:",omitempty"`
		ApproximateNumberOfMessagesMoved  int
		ApproximateNumberOfMessagesToMove int
		FailureReason                     string `json:",omitempty"`
		StartedTimestamp                  int64  // milliseconds since 1970
	}
)
