package review

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/modelway/modelway/internal/identity"
	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/resource"
)

// values reads what a property allows, or keeps, as words that can be compared; known is false where some of it is not known yet.
type values func(resource.Resource) (words []string, known bool)

// fewer tells the words before that none of those after includes.
func fewer(of values, includes func(after, before string) bool) func(before, after resource.Resource) []string {
	return func(before, after resource.Resource) (lost []string) {
		is, known := of(after)
		if !known {
			return nil
		}
		was, _ := of(before)
		for _, word := range was {
			if !slices.ContainsFunc(is, func(other string) bool { return includes(other, word) }) {
				lost = append(lost, word)
			}
		}
		return lost
	}
}

// added tells the words after that are not among those before.
func added(of values) func(before, after resource.Resource) []string {
	lost := fewer(of, contains)
	return func(before, after resource.Resource) []string { return lost(after, before) }
}

// lowered tells of a number of days that gets less; 0 stands for ever.
func lowered(days func(resource.Resource) float64) func(before, after resource.Resource) []string {
	return func(before, after resource.Resource) []string {
		was, is := days(before), days(after)
		if is == 0 || was != 0 && is >= was {
			return nil
		}
		number := strconv.FormatFloat(was, 'f', -1, 64) + " days"
		if was == 0 {
			number = "for ever"
		}
		return []string{fmt.Sprintf("%s before, %s days after", number, strconv.FormatFloat(is, 'f', -1, 64))}
	}
}

func contains(after, before string) bool { return after == before }

// covers compares destinations such as 10.0.0.0/8:443, and blocks without a port.
func covers(after, before string) bool {
	wide, widePort, _ := strings.Cut(after, ":")
	narrow, narrowPort, _ := strings.Cut(before, ":")
	a, errA := netip.ParsePrefix(wide)
	b, errB := netip.ParsePrefix(narrow)
	if errA != nil || errB != nil {
		return after == before
	}
	return widePort == narrowPort && a.Bits() <= b.Bits() && a.Contains(b.Addr())
}

func texts(path ...any) values {
	return func(r resource.Resource) ([]string, bool) {
		v := r.At(path...)
		if text := v.Text(); text != "" {
			return []string{text}, true
		}
		return nil, !v.HasUnknown()
	}
}

// jwt tells of a check of tokens that is there, and new or another one; or that is gone.
func jwt(there bool) func(before, after resource.Resource) []string {
	return func(before, after resource.Resource) []string {
		annotations := after.At("metadata", "annotations")
		was, is := before.At("metadata", "annotations", jwtAnnotation).Text(), annotations.At(jwtAnnotation).Text()
		if was == is || (is != "") != there || annotations.HasUnknown() {
			return nil
		}
		var check struct{ Issuer string }
		if json.Unmarshal([]byte(cmp.Or(is, was)), &check) != nil || check.Issuer == "" {
			return []string{"a token"}
		}
		return []string{"a token of " + check.Issuer}
	}
}

func listeners(r resource.Resource) (words []string, known bool) {
	for _, l := range r.At("spec", "listeners").List() {
		words = append(words, fmt.Sprintf("%s %s", l.At("protocol").Text(), l.At("port").Shown()))
	}
	return words, !r.At("spec", "listeners").HasUnknown()
}

// webACL is the one that is there; none is a word for none.
func webACL(r resource.Resource) ([]string, bool) {
	v := r.At("spec", "wafv2AclArn")
	if v.Unknown() {
		return nil, false
	}
	if arn := v.Text(); arn != "" && arn != "none" {
		return []string{"a web ACL"}, true
	}
	return nil, true
}

func logs(r resource.Resource) (words []string, known bool) {
	for _, a := range r.At("spec", "loadBalancerAttributes").List() {
		if kind, is := strings.CutSuffix(a.At("key").Text(), ".s3.enabled"); is && a.At("value").Text() == "true" {
			words = append(words, strings.ReplaceAll(kind, "_", " "))
		}
	}
	return words, !r.At("spec", "loadBalancerAttributes").Unknown()
}

// taken are the TLS versions and ciphers of clients that a policy takes, by the words in its name.
func taken(r resource.Resource) (words []string, known bool) {
	policy := r.At("spec", "sslPolicy").Text()
	has := func(part string) bool { return strings.Contains(policy, part) }
	old := has("TLS13-1-2")
	for _, of := range []struct {
		word  string
		takes bool
	}{
		{"TLS 1.2", old},
		{"CBC ciphers", old && !has("-Res-")},
		{"RSA key exchange", has("-Ext1-") || has("-Ext2-")},
		{"SHA-1 ciphers", has("-Ext0-") || has("-Ext2-")},
		{"ChaCha20 ciphers", policy != "" && !has("-FIPS-")},
	} {
		if of.takes {
			words = append(words, of.word)
		}
	}
	return words, policy != ""
}

// expiration is the shortest one in days; 0 where nothing expires.
func expiration(r resource.Resource) (days float64) {
	for _, rule := range r.At("rules").List() {
		if n := rule.At("expiration", "days").Number(); n > 0 && (days == 0 || n < days) {
			days = n
		}
	}
	return days
}

func openEndpoint(r resource.Resource) ([]string, bool) {
	v := r.At("vpcConfig", "endpointPublicAccess")
	if v.Bool() {
		return []string{"the public endpoint"}, true
	}
	return nil, !v.Unknown()
}

// accessCidrs are the blocks of the public endpoint while there is one; without any, all addresses reach it.
func accessCidrs(r resource.Resource) ([]string, bool) {
	v := r.At("vpcConfig", "publicAccessCidrs")
	switch {
	case !r.At("vpcConfig", "endpointPublicAccess").Bool() || v.HasUnknown():
		return nil, false
	case len(v.Texts()) == 0:
		return []string{"0.0.0.0/0"}, true
	}
	return v.Texts(), true
}

func taints(effect string) values {
	return func(r resource.Resource) (words []string, known bool) {
		for _, t := range r.At("taints").List() {
			if t.At("effect").Text() == effect {
				words = append(words, t.At("key").Text()+"="+t.At("value").Text()+":"+effect)
			}
		}
		return words, !r.At("taints").HasUnknown()
	}
}

// callers are the namespaces of which every pod may call. Those with a selector of pods are the platform's own.
func callers(r resource.Resource) (words []string, known bool) {
	for _, rule := range r.At("spec", "ingress").List() {
		for _, from := range rule.At("from").List() {
			name := from.At("namespaceSelector", "matchLabels", "kubernetes.io/metadata.name").Text()
			if name != "" && !from.At("podSelector").Given() {
				words = append(words, name)
			}
		}
	}
	return words, !r.At("spec", "ingress").HasUnknown()
}

// destinations are blocks of addresses with a port each, without the agent of EKS Pod Identity on the node; none of what trains a model,
// on which no request waits.
func destinations(r resource.Resource) (words []string, known bool) {
	if r.At("metadata", "labels", labels.Component).Text() == labels.Training {
		return nil, true
	}
	for _, rule := range r.At("spec", "egress").List() {
		for _, to := range rule.At("to").List() {
			for _, port := range rule.At("ports").List() {
				if block := to.At("ipBlock", "cidr").Text(); block != "" && block != identity.AgentBlock {
					words = append(words, block+":"+port.At("port").Shown())
				}
			}
		}
	}
	return words, !r.At("spec", "egress").HasUnknown()
}

// times are when a schedule stops and starts all models.
func times(r resource.Resource) (words []string, known bool) {
	stop, start, zone := r.At("stop").Text(), r.At("start").Text(), r.At("timeZone").Text()
	return []string{fmt.Sprintf("stop %s, start %s, %s", stop, start, zone)}, true
}
