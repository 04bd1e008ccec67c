package ci

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/modelway/modelway/internal/review/delivery"
)

// verify checks that what was deployed to a stack is what answers.
type verify struct{ stack, urls, timeout string }

var (
	urlsVariable    = variable{"VERIFY_URLS", "the URLs that are asked: auto, all or none; empty for auto", nil}
	timeoutVariable = variable{"VERIFY_TIMEOUT", "how long is waited, such as 20m; empty for 10m", nil}
)

func (v *verify) inputs(in inputs) {
	v.stack = in.required(stackVariable)
	in.pulumi()
	in.program("kubectl")
	v.urls = cmp.Or(in.optional(urlsVariable), "auto")
	v.timeout = cmp.Or(in.optional(timeoutVariable), "10m")
}

func (v *verify) run(w *work) error {
	folder := filepath.Join(delivered, v.stack)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	file := filepath.Join(folder, "verify.log")
	failed := w.logged(w.self("verify", "--stack", v.stack, "--urls", v.urls, "--timeout", v.timeout), file)
	log, err := contents(file)
	if err != nil {
		return err
	}
	text := delivery.Answers(v.stack, failed == nil, log)
	if err := errors.Join(write(filepath.Join(folder, "verify.md"), text), w.publish(text)); err != nil {
		return err
	}
	if failed != nil {
		return errors.Join(failed, fmt.Errorf("What was deployed to %[1]s is not what answers. The log above names each model and the cause; "+
			"mend it in a pull request, or look again with `STACK=%[1]s modelway ci verify`.", v.stack))
	}
	return nil
}
