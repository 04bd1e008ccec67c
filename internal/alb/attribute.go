package alb

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// attributeRule says which values a target group attribute may have.
type attributeRule struct {
	choices  []string // besides the numbers
	min, max int      // no numbers when max is 0
}

func (r attributeRule) allows(value string) bool {
	number, err := strconv.Atoi(value)
	return slices.Contains(r.choices, value) || err == nil && r.max > 0 && number >= r.min && number <= r.max
}

func (r attributeRule) String() string {
	text := strings.Join(r.choices, ", ")
	if r.max == 0 {
		return "one of " + text
	}
	if text != "" {
		text += " or "
	}
	return text + fmt.Sprintf("an integer within %d..%d", r.min, r.max)
}

var truth = []string{"true", "false"}

// targetGroupAttributeRules are the attributes of an ALB target group with instance or ip targets
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html). A nil rule
// allows any value that is not empty.
var targetGroupAttributeRules = map[string]*attributeRule{
	"deregistration_delay.timeout_seconds":                                           {max: 3600},
	"slow_start.duration_seconds":                                                    {choices: []string{"0"}, min: 30, max: 900},
	"stickiness.enabled":                                                             {choices: truth},
	"stickiness.type":                                                                {choices: []string{"lb_cookie", "app_cookie"}},
	"stickiness.lb_cookie.duration_seconds":                                          {min: 1, max: 604800},
	"stickiness.app_cookie.duration_seconds":                                         {min: 1, max: 604800},
	"stickiness.app_cookie.cookie_name":                                              nil,
	"load_balancing.algorithm.type":                                                  {choices: []string{"round_robin", "least_outstanding_requests", "weighted_random"}},
	"load_balancing.algorithm.anomaly_mitigation":                                    {choices: []string{"on", "off"}},
	"load_balancing.cross_zone.enabled":                                              {choices: []string{"true", "false", "use_load_balancer_configuration"}},
	"target_group_health.dns_failover.minimum_healthy_targets.count":                 {choices: []string{"off"}, min: 1, max: 1000},
	"target_group_health.dns_failover.minimum_healthy_targets.percentage":            {choices: []string{"off"}, min: 1, max: 100},
	"target_group_health.unhealthy_state_routing.minimum_healthy_targets.count":      {min: 1, max: 1000},
	"target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": {choices: []string{"off"}, min: 1, max: 100},
}

// attributes reads the annotation target-group-attributes, and refuses what AWS refuses in it.
func (a annotations) attributes() map[string]string {
	const name = targetGroupAttributes
	pairs, stated := a.pairs(name)
	if !stated {
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(pairs)) {
		rule, known := targetGroupAttributeRules[key]
		switch value := pairs[key]; {
		case !known:
			a.refuse(a.ingress, InvalidAnnotation, "annotation %s: %q is not an attribute of an ALB target group", name, key)
		case value == "" || rule != nil && !rule.allows(value):
			a.refuse(a.ingress, InvalidAnnotation, "annotation %s: %s %q must be %s", name, key, value, describe(rule))
		}
	}
	if slow := pairs["slow_start.duration_seconds"]; slow != "" && slow != "0" {
		if algorithm := pairs["load_balancing.algorithm.type"]; algorithm != "" && algorithm != "round_robin" {
			a.refuse(a.ingress, InvalidAnnotation, "annotation %s: slow_start.duration_seconds %s needs load_balancing.algorithm.type round_robin, not %s", name, slow, algorithm)
		}
	}
	return pairs
}

func describe(rule *attributeRule) string {
	if rule == nil {
		return "a non-empty value"
	}
	return rule.String()
}
