package alb

import (
	"slices"
	"strconv"
	"strings"
)

// actionSchema is the JSON of the annotation actions.<name> (LBC pkg/ingress/config_types.go). Field names are read
// without regard to case, so the older capitalised form works too.
type actionSchema struct {
	Type ActionType `json:"type"`
	externalSchema
	ForwardConfig       *forwardSchema       `json:"forwardConfig"`
	RedirectConfig      *redirectSchema      `json:"redirectConfig"`
	FixedResponseConfig *fixedResponseSchema `json:"fixedResponseConfig"`
}

type fixedResponseSchema struct {
	StatusCode  string `json:"statusCode"`
	ContentType string `json:"contentType"`
	MessageBody string `json:"messageBody"`
}

var contentTypes = []string{"", "text/plain", "text/css", "text/html", "application/javascript", "application/json"}

// namedAction gives the action of the annotation actions.<name>. Without the annotation it is what LBC does then, a 503
// response; false when the annotation is refused.
func (b *builder) namedAction(m member, protocol, name string) (Action, bool) {
	annotation := actionsPrefix + name
	if _, ok := m.annotations.values[annotation]; !ok {
		b.warn(m.key, MissingBackend, "a backend names action %q, and there is no annotation %s; LBC answers 503 until there is", name,
			annotation)
		return fixedText(503, "Backend action does not exist"), true
	}
	var schema actionSchema
	if !m.annotations.decode(annotation, &schema) {
		return Action{}, false
	}
	ok := true
	bad := b.malformed(m, annotation, &ok)
	action := Action{Type: schema.Type}
	switch action.Type {
	case Forward:
		switch {
		case schema.given() == (schema.ForwardConfig != nil):
			bad("a forward action needs either forwardConfig or one of targetGroupARN and targetGroupName")
		case schema.given():
			action.Forward = &ForwardAction{TargetGroups: []WeightedTargetGroup{schema.target(bad)}}
		default:
			made, taken := b.forwardAction(m, *schema.ForwardConfig, bad)
			action, ok = made, ok && taken
		}
	case Redirect:
		if schema.RedirectConfig == nil {
			bad("a redirect action needs redirectConfig")
			break
		}
		action.Redirect = schema.RedirectConfig.action(protocol, bad)
	case FixedResponse:
		if schema.FixedResponseConfig == nil {
			bad("a fixed-response action needs fixedResponseConfig")
			break
		}
		action.FixedResponse = checkFixedResponse(*schema.FixedResponseConfig, bad)
	default:
		bad("type %q must be forward, redirect or fixed-response", schema.Type)
	}
	return action, ok
}

// checkFixedResponse refuses what AWS refuses
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_FixedResponseActionConfig.html).
func checkFixedResponse(schema fixedResponseSchema, bad func(string, ...any)) *FixedResponseAction {
	status, err := strconv.Atoi(schema.StatusCode)
	if err != nil || len(schema.StatusCode) != 3 || !slices.Contains([]int{2, 4, 5}, status/100) {
		bad("statusCode %q must be 2xx, 4xx or 5xx", schema.StatusCode)
	}
	if !slices.Contains(contentTypes, schema.ContentType) {
		bad("contentType %q must be one of %s", schema.ContentType, strings.Join(contentTypes[1:], ", "))
	}
	if len(schema.MessageBody) > 1024 {
		bad("messageBody has %d characters and may have 1024", len(schema.MessageBody))
	}
	return &FixedResponseAction{status, schema.ContentType, schema.MessageBody}
}
