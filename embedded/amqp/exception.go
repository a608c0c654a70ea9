package amqp

import "fmt"

// exception ends a channel or, when it is hard, its connection. Codes and texts
// are RabbitMQ's.
type exception struct {
	code          uint16
	text          string
	hard          bool
	class, method uint16 // of what was asked; set by who dispatched it
}

func (e *exception) Error() string { return fmt.Sprintf("%d %s", e.code, e.text) }

// Reply codes of AMQP 0-9-1, 1.2.
const (
	codeNoRoute            = 312
	codeConnectionForced   = 320
	codeAccessRefused      = 403
	codeNotFound           = 404
	codeResourceLocked     = 405
	codePreconditionFailed = 406
	codeFrameError         = 501
	codeSyntaxError        = 502
	codeCommandInvalid     = 503
	codeChannelError       = 504
	codeUnexpectedFrame    = 505
	codeResourceError      = 506
	codeNotAllowed         = 530
	codeNotImplemented     = 540
	codeInternalError      = 541
)

// words precede the text of each exception.
var words = map[uint16]string{
	codeConnectionForced:   "CONNECTION_FORCED",
	codeAccessRefused:      "ACCESS_REFUSED",
	codeNotFound:           "NOT_FOUND",
	codeResourceLocked:     "RESOURCE_LOCKED",
	codePreconditionFailed: "PRECONDITION_FAILED",
	codeFrameError:         "FRAME_ERROR",
	codeSyntaxError:        "SYNTAX_ERROR",
	codeCommandInvalid:     "COMMAND_INVALID",
	codeChannelError:       "CHANNEL_ERROR",
	codeUnexpectedFrame:    "UNEXPECTED_FRAME",
	codeResourceError:      "RESOURCE_ERROR",
	codeNotAllowed:         "NOT_ALLOWED",
	codeNotImplemented:     "NOT_IMPLEMENTED",
	codeInternalError:      "INTERNAL_ERROR",
}

// exceptionf makes an exception; those above 500 but 506 are hard, as the
// specification says.
func exceptionf(code uint16, format string, args ...any) *exception {
	hard := code == codeConnectionForced || code > 500 && code != codeResourceError
	return &exception{code: code, text: words[code] + " - " + fmt.Sprintf(format, args...), hard: hard}
}

func notFound(kind, name string) *exception {
	return exceptionf(codeNotFound, "no %s '%s' in vhost '%s'", kind, name, vhost)
}

func refused(format string, args ...any) *exception {
	return exceptionf(codeAccessRefused, format, args...)
}

func precondition(format string, args ...any) *exception {
	return exceptionf(codePreconditionFailed, format, args...)
}

func notImplemented(format string, args ...any) *exception {
	return exceptionf(codeNotImplemented, format, args...)
}
