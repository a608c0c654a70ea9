package stomp

import (
	"bufio"
	"bytes"
	"io"
	"strconv"
	"strings"
)

// Bounds of a frame. Those of ActiveMQ, and one for all headers together.
const (
	maxCommand    = 1 << 10
	maxHeader     = 10 << 10
	maxHeaders    = 1000
	maxHeaderSize = 256 << 10
)

// decoder reads the frames of one client. Its memory is bounded by the bounds of
// a frame and maxBody, and grows only with what has come.
type decoder struct {
	r       *bufio.Reader
	version version
	maxBody int
}

// next reads one frame; the line ends between frames, which are heart-beats, are
// skipped. Its error is a *complaint or what the reader said.
func (d *decoder) next() (f frame, err error) {
	for f.command == "" {
		line, err := d.line(maxCommand, "The maximum command length was exceeded")
		if err != nil {
			return f, err
		}
		f.command = strings.TrimSpace(line)
	}
	if f.headers, err = d.headers(); err != nil {
		return f, err
	}
	if n, ok := f.headers.find("content-length"); ok && f.command == "SEND" {
		f.body, err = d.counted(n)
	} else {
		f.body, err = d.ended()
	}
	return f, err
}

// more says whether a part of another frame has come already.
func (d *decoder) more() bool {
	ahead, _ := d.r.Peek(d.r.Buffered())
	return len(bytes.Trim(ahead, "\r\n")) > 0
}

// line reads up to a line end, which is cut off.
func (d *decoder) line(most int, why string) (string, error) {
	var line []byte
	for {
		part, err := d.r.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > most+len("\r\n") {
			return "", fatal("%s", why)
		}
		if err == nil {
			break
		}
		if err != bufio.ErrBufferFull {
			return "", err
		}
	}
	line = line[:len(line)-1]
	if d.version != v11 {
		line = bytes.TrimSuffix(line, []byte{'\r'})
	}
	return string(line), nil
}

func (d *decoder) headers() (h headers, err error) {
	size := 0
	for {
		line, err := d.line(maxHeader, "The maximum header length was exceeded")
		if err != nil {
			return nil, err
		}
		if line == "" || line == "\r" {
			return h, nil
		}
		if len(h) == maxHeaders {
			return nil, fatal("The maximum number of headers was exceeded")
		}
		if size += len(line); size > maxHeaderSize {
			return nil, fatal("The maximum length of all headers was exceeded")
		}
		h = append(h, d.header(line))
	}
}

// header takes a line apart. Names are kept as they stand; so does ActiveMQ.
func (d *decoder) header(line string) header {
	key, value, _ := strings.Cut(line, ":")
	if d.version == v10 {
		return header{key, strings.TrimSpace(value)}
	}
	return header{key, unescape(value, d.version)}
}

// counted reads a body whose length was said, and the NUL after it.
func (d *decoder) counted(length string) ([]byte, error) {
	n, err := strconv.ParseInt(strings.TrimSpace(length), 10, 32)
	if err != nil || n < 0 {
		return nil, fatal("Specified content-length is not a valid integer")
	}
	if n > int64(d.maxBody) {
		return nil, fatal("The maximum data length was exceeded")
	}
	body, err := d.take(int(n))
	if err != nil {
		return nil, err
	}
	end, err := d.r.ReadByte()
	if err == nil && end != 0 {
		return nil, fatal("content-length bytes were read and there was no trailing null byte")
	}
	return body, err
}

// trusted is how much memory is given for a length that was only said.
const trusted = 64 << 10

func (d *decoder) take(n int) ([]byte, error) {
	if n <= trusted {
		body := make([]byte, n)
		_, err := io.ReadFull(d.r, body)
		return body, err
	}
	var body bytes.Buffer
	_, err := io.CopyN(&body, d.r, int64(n))
	return body.Bytes(), err
}

// ended reads a body up to the NUL that ends it.
func (d *decoder) ended() (body []byte, err error) {
	for {
		part, err := d.r.ReadSlice(0)
		if len(body)+len(part) > d.maxBody+1 {
			return nil, fatal("The maximum data length was exceeded")
		}
		body = append(body, part...)
		if err == nil {
			return body[:len(body)-1], nil
		}
		if err != bufio.ErrBufferFull {
			return nil, err
		}
	}
}

// unescape undoes escape. What is no escape stays as it is.
func unescape(s string, v version) string {
	if v == v10 || strings.IndexByte(s, '\\') < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			if c, ok := meant(s[i+1], v); ok {
				out = append(out, c)
				i++
				continue
			}
		}
		out = append(out, s[i])
	}
	return string(out)
}

// meant is what a letter after a backslash stands for.
func meant(letter byte, v version) (c byte, ok bool) {
	switch letter {
	case 'n':
		return '\n', true
	case 'c':
		return ':', true
	case '\\':
		return '\\', true
	case 'r':
		return '\r', v == v12
	default:
		return 0, false
	}
}
