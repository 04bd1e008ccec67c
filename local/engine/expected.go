package engine

import (
	"strings"
	"time"

	"github.com/modelway/modelway/internal/serving"
)

// expected says whether a warning tells of what is always so here.
func expected(text string) bool {
	switch {
	case strings.Contains(text, "FailedGetResourceMetric"), strings.Contains(text, "FailedComputeMetricsReplicas"):
		return true // nothing measures pods of this machine
	case strings.Contains(text, "No matching service found for ingress rule"):
		// A path whose action is in an annotation names the action, and the Kubernetes provider looks for a Service of that name.
		return strings.HasSuffix(text, serving.TestersSuffix+`"`) || strings.HasSuffix(text, serving.SplitSuffix+`"`)
	}
	return false
}

// isEarly says whether a warning tells that pods are not there yet that have had no time. It is said once silence has
// passed.
func (p *Progress) isEarly(urn, text string) bool {
	began, working := p.begun[urn]
	if !working || !strings.Contains(text, "[MinimumReplicasUnavailable]") || time.Since(began) >= silence {
		return false
	}
	p.early[urn] = text
	return true
}

// late says what was held back and is still so.
func (p *Progress) late() {
	for urn, text := range p.early {
		began, working := p.begun[urn]
		if working && time.Since(began) < silence {
			continue
		}
		delete(p.early, urn)
		if working {
			p.warnOnce(text)
		}
	}
}
