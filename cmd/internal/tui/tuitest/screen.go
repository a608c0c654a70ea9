package tuitest

import (
	"fmt"
	"regexp"
	"strings"
)

// signs are the signs of the screen and the words of which one must stand on the
// same screen, so that nobody has to guess what a sign means. Arrowheads and
// cursors need none.
var signs = []struct {
	sign  rune
	words *regexp.Regexp
}{
	{'●', regexp.MustCompile(`REST|live|playing`)},
	{'◆', regexp.MustCompile(`gRPC|grpc`)},
	{'■', regexp.MustCompile(`step \d+ of|chapter|done|\bqueue|nats|rabbitmq|activemq|sqs`)},
	{'□', regexp.MustCompile(`step \d+ of|chapter|new|enter|then|Do\b`)},
	{'▲', regexp.MustCompile(`kafka|stream|topic`)},
	{'×', regexp.MustCompile(`failed|error|fault|killed|no answer|no response|refused|timed out|503|404|cannot|stopped|dead-letter queue|dead letters|DLQ|\d+ % ×`)},
	{'○', regexp.MustCompile(`held|waits|waiting|cleared, \d+ of`)},
	{'✓', regexp.MustCompile(`answered|accepted|done|verified|cleared|✓ on|the end`)},
	{'‖', regexp.MustCompile(`paused|stands still`)},
	{'▮', regexp.MustCompile(`queue|of \d+|budget|headers|body|bytes|%|predicted|votes|ready|\bms\b`)},
	{'▌', regexp.MustCompile(`unacked`)},
	{'▯', regexp.MustCompile(`queue|of \d+|budget|headers|body|bytes|%|ready|empty`)},
}

// Mistakes looks for what no screen may have: a sign without its word, a row
// wider than the screen, a corner of a frame that its side does not meet. It
// returns a sentence for each.
func Mistakes(lines []string, width int) (all []string) {
	screen := strings.Join(lines, "\n")
	for _, s := range signs {
		if strings.ContainsRune(screen, s.sign) && !s.words.MatchString(screen) {
			all = append(all, fmt.Sprintf("%c stands there without a word that says what it is: %s", s.sign, s.words))
		}
	}
	rows := make([][]rune, len(lines))
	for y, l := range lines {
		if rows[y] = []rune(l); len(rows[y]) > width {
			all = append(all, fmt.Sprintf("row %d has %d cells of %d: %s", y, len(rows[y]), width, l))
		}
	}
	return append(all, torn(rows)...)
}

// torn finds corners without a line that goes on from them: what stands in one
// column belongs there in every row.
func torn(rows [][]rune) (all []string) {
	at := func(x, y int) rune {
		if y < 0 || y >= len(rows) || x >= len(rows[y]) {
			return ' '
		}
		return rows[y][x]
	}
	for y, row := range rows {
		for x, r := range row {
			switch {
			case strings.ContainsRune("╭╮", r) && !strings.ContainsRune("│├┤┼┴╰╯", at(x, y+1)),
				strings.ContainsRune("╰╯", r) && !strings.ContainsRune("│├┤┼┬╭╮", at(x, y-1)):
				all = append(all, fmt.Sprintf("row %d, column %d: %c meets no line: %s", y, x, r, string(row)))
			}
		}
	}
	return all
}
