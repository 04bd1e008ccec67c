package alb

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// attributeRule says which values an attribute may have.
type attributeRule struct {
	choices  []string // besides the numbers
	min, max int      // no numbers when max is 0
	filled   bool     // any value that is not empty
}

func (r *attributeRule) allows(value string) bool {
	if r == nil || r.filled {
		return r == nil || value != ""
	}
	number, err := strconv.Atoi(value)
	return slices.Contains(r.choices, value) || err == nil && r.max > 0 && number >= r.min && number <= r.max
}

func (r *attributeRule) String() string {
	if r.filled {
		return "a non-empty value"
	}
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

// faults says what AWS refuses in attributes, in the order of their keys.
func (r attributeRules) faults(attributes map[string]string) (faults []string) {
	for _, key := range slices.Sorted(maps.Keys(attributes)) {
		rule, known := r.rules[key]
		switch value := attributes[key]; {
		case !known:
			faults = append(faults, fmt.Sprintf("%s attribute key '%s' is not recognized (ValidationError of AWS); correct or remove it", r.what,
				key))
		case !rule.allows(value):
			faults = append(faults, fmt.Sprintf("%s %q must be %s", key, value, rule))
		}
	}
	return faults
}

// LoadBalancerAttributeFaults says what AWS refuses in the attributes of a load balancer: unknown keys, and values that are not
// allowed. Nil for none.
func LoadBalancerAttributeFaults(attributes map[string]string) []string {
	return append(loadBalancerAttributeRules.faults(attributes), logFaults(attributes)...)
}

// logFaults says which logs are turned on without a bucket.
func logFaults(attributes map[string]string) (faults []string) {
	for _, logs := range []string{"access_logs.s3", "connection_logs.s3", "health_check_logs.s3"} {
		if attributes[logs+".enabled"] == "true" && attributes[logs+".bucket"] == "" {
			faults = append(faults, fmt.Sprintf("%s.enabled is true and %s.bucket is not set; name the bucket", logs, logs))
		}
	}
	return faults
}

// ResponseHeaders gives the headers that the listener adds to every answer, by name.
func (l ListenerModel) ResponseHeaders() map[string]string {
	headers := map[string]string{}
	for attribute, name := range responseHeaders {
		if value := l.Attributes[attribute]; value != "" {
			headers[name] = value
		}
	}
	return headers
}

// refuseAttributes refuses what AWS refuses in the attributes that an annotation sets. A key that winners has is not sent to AWS.
func (b *builder) refuseAttributes(members []member, annotation string, winners map[string]string,
	faults func(map[string]string) []string) {
	for _, m := range members {
		pairs, _ := m.annotations.pairs(annotation)
		maps.DeleteFunc(pairs, func(key, _ string) bool { _, overruled := winners[key]; return overruled })
		for _, fault := range faults(pairs) {
			b.refuse(m.key, InvalidAnnotation, "annotation %s: %s", annotation, fault)
		}
	}
}

// loadBalancerAttributes settles the attributes of the load balancer. Logs that are turned on by one Ingress may get their bucket from
// another.
func (b *builder) loadBalancerAttributes(members []member) map[string]string {
	settled := b.agreedPairs(members, loadBalancerAttributes, b.params.Attributes)
	b.refuseAttributes(members, loadBalancerAttributes, b.params.Attributes, loadBalancerAttributeRules.faults)
	for _, fault := range logFaults(settled) {
		b.refuse("", InvalidClassParams, "load balancer of class %q: %s", b.params.Name, fault)
	}
	return settled
}

// listenerAttributes settles the attributes of a listener (LBC pkg/ingress/model_build_listener.go).
func (b *builder) listenerAttributes(p port) map[string]string {
	annotation := listenerAttributes + p.Protocol + "-" + strconv.Itoa(p.Port)
	ofClass := b.params.ListenerAttributes[p.Listener]
	b.refuseAttributes(p.members, annotation, ofClass, listenerAttributeRules.faults)
	return b.agreedPairs(p.members, annotation, ofClass)
}

// attributes reads the annotation target-group-attributes, and refuses what AWS refuses in it.
func (a annotations) attributes() map[string]string {
	const name = targetGroupAttributes
	pairs, stated := a.pairs(name)
	if !stated {
		return nil
	}
	for _, fault := range targetGroupAttributeRules.faults(pairs) {
		a.refuse(a.ingress, InvalidAnnotation, "annotation %s: %s", name, fault)
	}
	if slow := pairs["slow_start.duration_seconds"]; slow != "" && slow != "0" {
		if algorithm := pairs["load_balancing.algorithm.type"]; algorithm != "" && algorithm != "round_robin" {
			a.refuse(a.ingress, InvalidAnnotation, "annotation %s: slow_start.duration_seconds %s needs load_balancing.algorithm.type "+
				"round_robin, not %s", name, slow, algorithm)
		}
	}
	return pairs
}
