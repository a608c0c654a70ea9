package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/msc-sim/msc-sim/cmd/internal/cli"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// run is msc-sim with a home of its own, without a terminal.
func run(ctx context.Context, t *testing.T, env map[string]string, args ...string) (code int, out, errs string) {
	t.Helper()
	home := t.TempDir()
	var stdout, stderr bytes.Buffer
	code = cli.Run(ctx, cli.Options{
		Args: args, In: strings.NewReader(""), Out: &stdout, Err: &stderr,
		Getenv: func(name string) string {
			if v, ok := env[name]; ok {
				return v
			}
			return map[string]string{"MSC_SIM_HOME": home}[name]
		},
		Interrupt: func() {},
	})
	if left, _ := filepath.Glob(filepath.Join(home, "run", "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	return code, stdout.String(), stderr.String()
}

func TestExitCodes(t *testing.T) {
	for line, want := range map[string]int{
		"version":                        0,
		"help serve":                     0,
		"ctl list":                       0,
		"ctl show links":                 1, // no world is running
		"serve nowhere":                  2,
		"serve a b":                      2,
		"version --format xml":           2,
		"nonsense":                       2,
		"lesson show nonsense":           2,
		"words nonsense":                 2,
		"ctl load much":                  2,
		"completion":                     2,
		"--nonsense":                     2,
		"lesson check ./nowhere":         2,
		"serve nowhere --format json":    2,
		"playground nowhere --plain":     2,
		"lesson nowhere --plain":         2,
		"serve checkout --ports nowhere": 2,
	} {
		t.Run(line, func(t *testing.T) {
			code, out, errs := run(t.Context(), t, nil, strings.Fields(line)...)
			if code != want {
				t.Errorf("exit code %d, want %d: %s%s", code, want, out, errs)
			}
			if (errs != "") != (want != 0) {
				t.Errorf("exit code %d, and on stderr: %q", code, errs)
			}
			if strings.Count(errs, "\n") > 1 {
				t.Errorf("an error takes more than a line: %q", errs)
			}
		})
	}
}

// Every command that is listed explains itself, and its examples are not made up.
func TestEveryCommandHasAnExample(t *testing.T) {
	for _, line := range []string{
		"", "lesson", "lesson list", "lesson show", "lesson check", "lesson new", "lesson reset", "lesson solve",
		"lesson handout", "lesson assignment", "lesson results", "lesson summary", "recall",
		"playground", "serve", "ctl", "ctl list", "words", "doctor", "version", "completion", "help",
	} {
		_, out, _ := run(t.Context(), t, nil, append(strings.Fields(line), "--help")...)
		_, after, ok := strings.Cut(out, "Examples:\n")
		if !ok || !strings.HasPrefix(strings.TrimSpace(after), "msc-sim") && !strings.HasPrefix(strings.TrimSpace(after), "source <(msc-sim") {
			t.Errorf("%q has no example:\n%s", line, out)
		}
	}
}

// Ctrl-C while a world is starting ends in peace, and leaves nothing.
func TestInterruptedWhileStarting(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, line := range []string{"serve checkout", "serve checkout --format json", "playground checkout --plain", "lesson rest --plain"} {
		if code, out, errs := run(ctx, t, nil, strings.Fields(line)...); code != 0 || errs != "" {
			t.Errorf("%s: exit code %d, %s%s", line, code, out, errs)
		}
	}
}

func TestErrorsAsJSON(t *testing.T) {
	for _, line := range []string{"serve chekout --format json", "serve chekout --format=json", "ctl show links --format json"} {
		_, _, errs := run(t.Context(), t, nil, strings.Fields(line)...)
		var got struct {
			Error struct{ Code, Message, Fix string }
		}
		if err := json.Unmarshal([]byte(errs), &got); err != nil || got.Error.Code == "" || got.Error.Message == "" || got.Error.Fix == "" {
			t.Errorf("%s: %q %v", line, errs, err)
		}
	}
}

// State goes where the XDG directories say, unless MSC_SIM_HOME says otherwise.
func TestWhereStateIsKept(t *testing.T) {
	dir := t.TempDir()
	for name, tt := range map[string]struct {
		env  map[string]string
		want []string
	}{
		"XDG": {
			map[string]string{"MSC_SIM_HOME": "", "XDG_STATE_HOME": filepath.Join(dir, "state"), "XDG_RUNTIME_DIR": dir},
			[]string{filepath.Join(dir, "state", "msc-sim"), filepath.Join(dir, "msc-sim")},
		},
		"MSC_SIM_HOME": {
			map[string]string{"MSC_SIM_HOME": filepath.Join(dir, "own"), "XDG_STATE_HOME": filepath.Join(dir, "state")},
			[]string{filepath.Join(dir, "own"), filepath.Join(dir, "own", "run")},
		},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errs := run(t.Context(), t, tt.env, "doctor")
			if code != 0 {
				t.Fatal(errs)
			}
			for _, want := range tt.want {
				if !strings.Contains(out, want+"\n") {
					t.Errorf("%s is not in\n%s", want, out)
				}
				if info, err := os.Stat(want); err != nil || info.Mode().Perm() != 0o700 {
					t.Errorf("%s: %v %v", want, info, err)
				}
			}
		})
	}
}
