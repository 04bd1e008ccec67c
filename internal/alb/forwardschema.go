package alb

import (
	"encoding/json"
	"strconv"
	"strings"
)

type forwardSchema struct {
	TargetGroups []struct {
		externalSchema
		ServiceName *string      `json:"serviceName"`
		ServicePort *servicePort `json:"servicePort"`
		Weight      *int         `json:"weight"`
	} `json:"targetGroups"`
	TargetGroupStickinessConfig *struct {
		Enabled         bool `json:"enabled"`
		DurationSeconds int  `json:"durationSeconds"`
	} `json:"targetGroupStickinessConfig"`
}

// externalSchema names a target group that is made outside of the load balancer. An empty text counts as given.
type externalSchema struct {
	TargetGroupARN  *string `json:"targetGroupARN"`
	TargetGroupName *string `json:"targetGroupName"`
}

func (e externalSchema) given() bool { return e.TargetGroupARN != nil || e.TargetGroupName != nil }

// target gives the target group; an ARN beats a name.
func (e externalSchema) target(bad func(string, ...any)) WeightedTargetGroup {
	tg := WeightedTargetGroup{Weight: 1}
	switch {
	case e.TargetGroupARN != nil:
		tg.Arn = *e.TargetGroupARN
	case e.TargetGroupName != nil:
		tg.Name = *e.TargetGroupName
	}
	if e.given() && tg.Arn+tg.Name == "" {
		bad("targetGroupARN and targetGroupName must not be empty")
	}
	return tg
}

// servicePort reads a port given as a number or as a string. A string that is a number counts as that number.
type servicePort string

func (p *servicePort) UnmarshalJSON(raw []byte) error {
	text := string(raw)
	if strings.HasPrefix(text, `"`) {
		if err := json.Unmarshal(raw, &text); err != nil {
			return err
		}
	} else if err := json.Unmarshal(raw, new(int32)); err != nil {
		return err
	}
	*p = servicePort(normalPort(text))
	return nil
}

// normalPort gives a port number without sign and leading zeros, and any other text as it is.
func normalPort(text string) string {
	if number, err := strconv.ParseInt(text, 10, 32); err == nil {
		return strconv.FormatInt(number, 10)
	}
	return text
}

// forwardAction makes a weighted forward; false when a Service is refused. As in LBC, a single Service that does not exist
// turns it into a 503 response.
func (b *builder) forwardAction(m member, schema forwardSchema, bad func(string, ...any)) (Action, bool) {
	forward, ok := &ForwardAction{}, true
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
		weighted := tg.target(bad)
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
		case tg.given() == (tg.ServiceName != nil):
			bad("each of targetGroups needs either serviceName or one of targetGroupARN and targetGroupName")
		case tg.given():
		case tg.ServicePort == nil:
			bad("serviceName %q needs servicePort", *tg.ServiceName)
		case !b.serviceExists(m, *tg.ServiceName) && count == 1:
			return fixedText(503, "Backend service does not exist"), b.checkService(m, *tg.ServiceName, string(*tg.ServicePort))
		case !b.serviceExists(m, *tg.ServiceName):
			bad("Service %s/%s does not exist, and LBC needs every one of several", m.Namespace, *tg.ServiceName)
		case !b.checkService(m, *tg.ServiceName, string(*tg.ServicePort)):
			ok = false
		default:
			weighted.Key = b.targetGroup(m, *tg.ServiceName, string(*tg.ServicePort))
		}
		forward.TargetGroups = append(forward.TargetGroups, weighted)
	}
	if count > 0 && total == 0 {
		b.warn(m.key, InvalidBackend, "every weight of a forward action is 0, so no target group gets requests; give at least one a weight")
	}
	return Action{Type: Forward, Forward: forward}, ok
}
