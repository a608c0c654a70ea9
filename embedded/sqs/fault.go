package sqs

import (
	"errors"
	"fmt"
	"net/http"
)

// fault is a no, as SQS says it: one word in the JSON protocol, another in the
// Query protocol, and an HTTP status.
type fault struct {
	*kind
	detail string
}

func (f *fault) Error() string { return f.query + ": " + f.detail }

// kind is one way of saying no.
type kind struct {
	shape  string // in the JSON protocol
	query  string // in the Query protocol
	status int
	said   string // when there is nothing more exact to say
}

func (k *kind) because(format string, args ...any) error {
	return &fault{k, fmt.Sprintf(format, args...)}
}

func (k *kind) plain() error { return &fault{k, k.said} }

// sender reports whether it is the fault of the one who asked, not of the broker.
func (k *kind) sender() bool { return k.status < http.StatusInternalServerError }

func (k *kind) whose() string {
	if k.sender() {
		return "Sender"
	}
	return "Receiver"
}

// no is the table of all ways. The first ones are in the service model of SQS;
// those after them are what the services of AWS share.
var no = struct {
	batchIDsNotDistinct, batchTooLong, emptyBatch, tooManyEntries, invalidEntryID,
	unknownAttribute, invalidAttribute, invalidContents, notInFlight, overLimit,
	noQueue, queueExists, invalidHandle, noResource, unsupported kind

	invalidParameter, missingParameter, malformed, noAction,
	unknownClient, noCredentials, tooLarge, denied, internal kind
}{
	batchIDsNotDistinct: modelled("BatchEntryIdsNotDistinct", "", 400, "Two or more batch entries in the request have the same Id."),
	batchTooLong:        modelled("BatchRequestTooLong", "", 400, "The length of all the messages put together is more than the limit."),
	emptyBatch:          modelled("EmptyBatchRequest", "", 400, "There should be at least one entry in the request."),
	tooManyEntries:      modelled("TooManyEntriesInBatchRequest", "", 400, "The batch request contains more entries than permissible."),
	invalidEntryID:      modelled("InvalidBatchEntryId", "", 400, "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long."),
	unknownAttribute:    modelled("InvalidAttributeName", "InvalidAttributeName", 400, "Unknown attribute."),
	invalidAttribute:    modelled("InvalidAttributeValue", "InvalidAttributeValue", 400, "Invalid value for an attribute."),
	invalidContents:     modelled("InvalidMessageContents", "InvalidMessageContents", 400, "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"),
	notInFlight:         modelled("MessageNotInflight", "", 400, "The specified message isn't in flight."),
	overLimit:           modelled("OverLimit", "OverLimit", 403, "The limit was reached."),
	noQueue:             modelled("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", 400, "The specified queue does not exist."),
	queueExists:         modelled("QueueNameExists", "QueueAlreadyExists", 400, "A queue with this name already exists."),
	invalidHandle:       modelled("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", 404, "The input receipt handle is invalid."),
	noResource:          modelled("ResourceNotFoundException", "ResourceNotFoundException", 404, "One or more specified resources don't exist."),
	unsupported:         modelled("UnsupportedOperation", "", 400, "Unsupported operation."),

	invalidParameter: shared("InvalidParameterValueException", "InvalidParameterValue", 400, "Invalid parameter."),
	missingParameter: shared("MissingRequiredParameterException", "MissingParameter", 400, "A parameter is missing."),
	malformed:        shared("SerializationException", "MalformedInput", 400, "The request cannot be read."),
	noAction:         shared("UnknownOperationException", "InvalidAction", 400, "The operation is not known."),
	unknownClient:    shared("UnrecognizedClientException", "InvalidClientTokenId", 403, "The security token included in the request is invalid."),
	noCredentials:    shared("MissingAuthenticationTokenException", "MissingAuthenticationToken", 403, "Request is missing Authentication Token"),
	tooLarge:         shared("RequestEntityTooLargeException", "RequestEntityTooLarge", 413, "The request is too large."),
	denied:           shared("AccessDeniedException", "AccessDenied", 403, "Access denied."),
	internal:         shared("InternalFailure", "InternalFailure", 500, "Something went wrong here."),
}

// modelled is a kind of the service model. Those without a word of their own in
// the Query protocol have the long form of their shape.
func modelled(shape, query string, status int, said string) kind {
	if query == "" {
		query = "AWS.SimpleQueueService." + shape
	}
	return kind{"com.amazonaws.sqs#" + shape, query, status, said}
}

func shared(shape, query string, status int, said string) kind {
	return kind{"com.amazon.coral.service#" + shape, query, status, said}
}

// asFault makes a fault of any error.
func asFault(err error) *fault {
	var f *fault
	if errors.As(err, &f) {
		return f
	}
	return &fault{&no.internal, err.Error()}
}

// missing is the no to a request without something it needs.
func missing(parameter string) error {
	return no.missingParameter.because("The request must contain the parameter %s.", parameter)
}

// invalid is the no to a parameter whose value will not do.
func invalid(parameter string, value any, reason string) error {
	return no.invalidParameter.because("Value %v for parameter %s is invalid. Reason: %s", value, parameter, reason)
}
