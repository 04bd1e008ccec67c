package alb

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// actionSchema is the JSON of the annotation actions.<name> (LBC pkg/ingress/config_types.go). Field names are read
// without regard to case, so the older capitalised form works too.
type actionSchema struct {
	Type                string               `json:"type"`
	TargetGroupARN      string               `json:"targetGroupARN"`
	TargetGroupName     string               `json:"targetGroupName"`
	ForwardConfig       *forwardSchema       `json:"forwardConfig"`
	RedirectConfig      *RedirectAction      `json:"redirectConfig"`
	FixedResponseConfig *fixedResponseSchema `json:"fixedResponseConfig"`
}

type forwardSchema struct {
	TargetGroups []struct {
		TargetGroupARN  string      `json:"targetGroupARN"`
		TargetGroupName string      `json:"targetGroupName"`
		ServiceName     string      `json:"serviceName"`
		ServicePort     servicePort `json:"servicePort"`
		Weight          *int        `json:"weight"`
	} `json:"targetGroups"`
	TargetGroupStickinessConfig *struct {
		Enabled         bool `json:"enabled"`
		DurationSeconds int  `json:"durationSeconds"`
	} `json:"targetGroupStickinessConfig"`
}

type fixedResponseSchema struct {
	StatusCode  string `json:"statusCode"`
	ContentType string `json:"contentType"`
	MessageBody string `json:"messageBody"`
}

// servicePort reads a port given as a number or as a string.
type servicePort string

func (p *servicePort) UnmarshalJSON(raw []byte) error {
	var number int
	if err := json.Unmarshal(raw, &number); err == nil {
		*p = servicePort(strconv.Itoa(number))
		return nil
	}
	return json.Unmarshal(raw, (*string)(p))
}

var contentTypes = []string{"", "text/plain", "text/css", "text/html", "application/javascript", "application/json"}

// namedAction gives the action of the annotation actions.<name>. Without the annotation it is what LBC does then, a 503
// response; false when the annotation is refused.
func (b *builder) namedAction(m member, protocol, name string) (Action, bool) {
	annotation := actionsPrefix + name
	if _, ok := m.annotations.values[annotation]; !ok {
		b.warn(m.key, MissingBackend, "a backend names action %q, and there is no annotation %s; LBC answers 503 until there is", name, annotation)
		return fixedText(503, "Backend action does not exist"), true
	}
	var schema actionSchema
	if !m.annotations.decode(annotation, &schema) {
		return Action{}, false
	}
	ok := true
	bad := func(format string, args ...any) {
		ok = false
		b.refuse(m.key, InvalidAnnotation, "annotation %s: %s", annotation, fmt.Sprintf(format, args...))
	}
	action := Action{Type: ActionType(schema.Type)}
	switch action.Type {
	case Forward:
		if tg := (schema.TargetGroupARN + schema.TargetGroupName); (tg != "") == (schema.ForwardConfig != nil) {
			bad("a forward action needs either forwardConfig or one of targetGroupARN and targetGroupName")
			break
		} else if tg != "" {
			action.Forward = &ForwardAction{TargetGroups: []WeightedTargetGroup{{Arn: schema.TargetGroupARN, Name: schema.TargetGroupName, Weight: 1}}}
			break
		}
		action = b.forwardAction(m, *schema.ForwardConfig, bad)
	case Redirect:
		if schema.RedirectConfig == nil {
			bad("a redirect action needs redirectConfig")
			break
		}
		checkRedirect(*schema.RedirectConfig, protocol, bad)
		action.Redirect = schema.RedirectConfig
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

// forwardAction makes a weighted forward. As in LBC, a single Service that does not exist turns it into a 503 response.
func (b *builder) forwardAction(m member, schema forwardSchema, bad func(string, ...any)) Action {
	forward := &ForwardAction{}
	if s := schema.TargetGroupStickinessConfig; s != nil && s.Enabled {
		if s.DurationSeconds < 1 || s.DurationSeconds > 604800 {
			bad("durationSeconds %d must be within 1..604800", s.DurationSeconds)
		}
		forward.StickinessSeconds = s.DurationSeconds
	}
	count, total := len(schema.TargetGroups), 0
	if limit := b.quotas.TargetGroupsPerAction; count < 1 || count > limit {
		bad("targetGroups has %d entries and must have 1..%d", count, limit)
	}
	for _, tg := range schema.TargetGroups {
		weighted := WeightedTargetGroup{Arn: tg.TargetGroupARN, Name: tg.TargetGroupName, Weight: 1}
		external := tg.TargetGroupARN+tg.TargetGroupName != ""
		switch {
		case tg.Weight != nil && (*tg.Weight < 0 || *tg.Weight > 999):
			bad("weight %d must be within 0..999", *tg.Weight)
		case tg.Weight != nil:
			weighted.Weight = *tg.Weight
		case count > 1:
			bad("every one of several targetGroups needs a weight within 0..999")
		}
		total += weighted.Weight
		switch {
		case external == (tg.ServiceName != ""):
			bad("each of targetGroups needs either serviceName or one of targetGroupARN and targetGroupName")
		case !external && tg.ServicePort == "":
			bad("serviceName %q needs servicePort", tg.ServiceName)
		case !external && !b.serviceExists(m, tg.ServiceName) && count == 1:
			b.checkService(m, tg.ServiceName, string(tg.ServicePort))
			return fixedText(503, "Backend service does not exist")
		case !external && !b.serviceExists(m, tg.ServiceName):
			bad("Service %s/%s does not exist, and LBC needs every one of several", m.Namespace, tg.ServiceName)
		case !external && b.checkService(m, tg.ServiceName, string(tg.ServicePort)):
			weighted.Key = b.targetGroup(m, tg.ServiceName, string(tg.ServicePort))
		}
		forward.TargetGroups = append(forward.TargetGroups, weighted)
	}
	if count > 0 && total == 0 {
		b.warn(m.key, InvalidBackend, "every weight of a forward action is 0, so no target group gets requests; give at least one a weight")
	}
	return Action{Type: Forward, Forward: forward}
}

// checkRedirect refuses what AWS refuses
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html).
func checkRedirect(r RedirectAction, protocol string, bad func(string, ...any)) {
	if r.StatusCode != "HTTP_301" && r.StatusCode != "HTTP_302" {
		bad("statusCode %q must be HTTP_301 or HTTP_302", r.StatusCode)
	}
	if !slices.Contains([]string{"", "HTTP", "HTTPS", "#{protocol}"}, r.Protocol) {
		bad("protocol %q must be HTTP, HTTPS or #{protocol}", r.Protocol)
	}
	if protocol == "HTTPS" && r.Protocol == "HTTP" {
		bad("an HTTPS listener cannot redirect to HTTP")
	}
	if port, err := strconv.Atoi(r.Port); r.Port != "" && r.Port != "#{port}" && (err != nil || port < 1 || port > 65535) {
		bad("port %q must be within 1..65535 or #{port}", r.Port)
	}
	if r.Path != "" && !strings.HasPrefix(r.Path, "/") {
		bad(`path %q must start with "/"`, r.Path)
	}
	for name, value := range map[string]string{"host": r.Host, "path": r.Path, "query": r.Query} {
		if len(value) > 128 {
			bad("%s has %d characters and may have 128", name, len(value))
		}
	}
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
