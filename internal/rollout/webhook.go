package rollout

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/modelspec"
)

// Errors of the API server about webhooks
// (https://github.com/kubernetes/kubernetes/blob/v1.35.4/staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/errors/statuserror.go,
// https://github.com/kubernetes/kubernetes/blob/v1.35.4/staging/src/k8s.io/apiserver/pkg/util/webhook/error.go).
var (
	deniedBy   = regexp.MustCompile(`admission webhook "[^"]*\.kserve-webhook-server\.[^"]*" denied the request: (.+)`)
	unanswered = regexp.MustCompile(`failed calling webhook "[^"]+": failed to call webhook: Post "https://([a-z0-9-]+)\.([a-z0-9-]+)\.svc:\d+/[^"]*": (.+)`)
	ofResource = regexp.MustCompile(`^[A-Za-z0-9._-]+: `)
	ofModel    = regexp.MustCompile(`([a-z][a-z0-9-]*)-inference-service`)
)

// Webhooks explains the error of a deployment that webhooks refused: whose file it is about, and what to do. It is empty where no webhook
// had a part in it. fileOf is the file of a model, the namespace that of the models.
func Webhooks(failure string, fileOf func(model string) string, namespace string) string {
	var lines []string
	seen := map[string]bool{}
	model, service := "", "" // that the last resource is of; its error may have several lines
	for line := range strings.Lines(failure) {
		if name := ofModel.FindStringSubmatch(line); name != nil {
			service, model = name[1], strings.TrimSuffix(name[1], modelspec.CanarySuffix)
		} else if ofResource.MatchString(line) {
			service, model = "", ""
		}
		text := ""
		if denied := deniedBy.FindStringSubmatch(line); denied != nil && model != "" {
			text = fmt.Sprintf("Model %s (%s): KServe refuses its %s: %s. Correct the file; where somebody else made an %s of this name, "+
				"`kubectl -n %s delete %s %s` makes room", model, fileOf(model), kserve.Kind, strings.TrimRight(denied[1], ". "), kserve.Kind,
				namespace, strings.ToLower(kserve.Kind), service)
		}
		if silent := unanswered.FindStringSubmatch(line); silent != nil {
			about := ""
			if model != "" {
				about = fmt.Sprintf("Model %s (%s): ", model, fileOf(model))
			}
			text = fmt.Sprintf("%sthe webhook of Service %s/%s did not answer: %s. See its pods: `kubectl -n %s get pods`", about, silent[2],
				silent[1], strings.TrimSpace(silent[3]), silent[2])
		}
		if text != "" && !seen[text] {
			seen[text] = true
			lines = append(lines, text)
		}
	}
	return strings.Join(lines, "\n")
}
