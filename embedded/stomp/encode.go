package stomp

// end is what follows a body: the NUL, and a line end that people like to see.
const end = "\x00\n"

// appendHead writes a frame up to its body.
func appendHead(b []byte, f frame, v version) []byte {
	b = append(append(b, f.command...), '\n')
	b = appendHeaders(b, f.headers, v)
	return append(b, '\n')
}

func appendHeaders(b []byte, h headers, v version) []byte {
	for _, one := range h {
		b = append(append(b, one.key...), ':')
		b = append(appendEscaped(b, one.value, v), '\n')
	}
	return b
}

// appendEscaped writes a value so that it stays within its line:
//
//	          line feed  colon  backslash  carriage return
//	1.2       \n         \c     \\         \r
//	1.1       \n         \c     \\         as it is
//	1.0       \n         as they are
//
// STOMP 1.0 has no escapes; there a line feed is written as one all the same, so
// that no value can become a header of its own.
func appendEscaped(b []byte, s string, v version) []byte {
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\n':
			b = append(b, `\n`...)
		case c == ':' && v != v10:
			b = append(b, `\c`...)
		case c == '\\' && v != v10:
			b = append(b, `\\`...)
		case c == '\r' && v == v12:
			b = append(b, `\r`...)
		default:
			b = append(b, c)
		}
	}
	return b
}
