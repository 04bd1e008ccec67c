package alb

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
)

// Spec is the params as an IngressClassParams has them; a field that is not set is left out. Field names:
// https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v3.5.0/apis/elbv2/v1beta1/ingressclassparams_types.go
func (p ClassParams) Spec() map[string]any {
	spec := map[string]any{
		"loadBalancerName": p.LoadBalancerName, "scheme": p.Scheme, "ipAddressType": p.IpAddressType, "targetType": p.TargetType,
		"sslPolicy": p.SslPolicy, "wafv2AclArn": p.WebAclArn, "wafv2AclName": p.WebAclName,
	}
	maps.DeleteFunc(spec, func(_ string, text any) bool { return text == "" })
	if p.Group != "" {
		spec["group"] = map[string]any{"name": p.Group}
	}
	if p.SslRedirectPort != 0 {
		spec["sslRedirectPort"] = strconv.Itoa(p.SslRedirectPort)
	}
	if len(p.SubnetIds) > 0 {
		spec["subnets"] = map[string]any{"ids": list(p.SubnetIds)}
	}
	for key, texts := range map[string][]string{"inboundCIDRs": p.InboundCidrs, "certificateArn": p.CertificateArns} {
		if len(texts) > 0 {
			spec[key] = list(texts)
		}
	}
	for key, values := range map[string]map[string]string{"loadBalancerAttributes": p.Attributes, "tags": p.Tags} {
		if len(values) > 0 {
			spec[key] = keyValues(values)
		}
	}
	var listeners []any
	for _, l := range p.Listeners {
		listeners = append(listeners, map[string]any{"protocol": l.Protocol, "port": l.Port,
			"listenerAttributes": keyValues(p.ListenerAttributes[l])})
	}
	if len(listeners) > 0 {
		spec["listeners"] = listeners
	}
	return spec
}

func list(texts []string) []any {
	all := make([]any, len(texts))
	for i, text := range texts {
		all[i] = text
	}
	return all
}

// keyValues turns a map into the list of key and value that the API has for attributes and tags, in the order of the keys.
func keyValues(values map[string]string) []any {
	var all []any
	for _, key := range slices.Sorted(maps.Keys(values)) {
		all = append(all, map[string]any{"key": key, "value": values[key]})
	}
	return all
}

// ReadClassParams reads what LBC reads of the spec of an IngressClassParams, for the class of a name.
func ReadClassParams(class string, spec any) (ClassParams, error) {
	// The fields of ClassParams have the names of those in the spec but for these.
	var read struct {
		ClassParams
		Group                  struct{ Name string }
		Subnets                struct{ IDs []string }
		CertificateArn         []string
		WAFv2AclArn            string
		WAFv2AclName           string
		SslRedirectPort        string
		LoadBalancerAttributes []keyValue
		Tags                   []keyValue
		Listeners              []struct {
			Listener
			ListenerAttributes []keyValue
		}
	}
	raw, err := json.Marshal(spec)
	if err == nil {
		err = json.Unmarshal(raw, &read)
	}
	if err != nil {
		return ClassParams{}, err
	}
	p := read.ClassParams
	p.Name, p.Group, p.SubnetIds, p.CertificateArns = class, read.Group.Name, read.Subnets.IDs, read.CertificateArn
	p.SslRedirectPort, _ = strconv.Atoi(read.SslRedirectPort)
	p.WebAclArn, p.WebAclName = read.WAFv2AclArn, read.WAFv2AclName
	p.Attributes, p.Tags, p.ListenerAttributes = byKey(read.LoadBalancerAttributes), byKey(read.Tags), map[Listener]map[string]string{}
	for _, l := range read.Listeners {
		p.Listeners = append(p.Listeners, l.Listener)
		p.ListenerAttributes[l.Listener] = byKey(l.ListenerAttributes)
	}
	return p, nil
}

// keyValue is an attribute or a tag as IngressClassParams list it.
type keyValue struct{ Key, Value string }

func byKey(list []keyValue) map[string]string {
	values := map[string]string{}
	for _, a := range list {
		values[a.Key] = a.Value
	}
	return values
}
