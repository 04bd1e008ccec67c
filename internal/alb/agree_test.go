package alb

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// members are two Ingresses of one group, each with annotations in pairs of name and value.
func members(one, two []string) []Ingress {
	return []Ingress{
		route("a", "a.io", "/", Prefix).annotated(one...),
		route("b", "b.io", "/", Prefix).annotated(two...),
	}
}

// LBC pkg/ingress/model_builder.go (mergeListenPortConfigs), model_build_load_balancer.go, model_build_load_balancer_addons.go,
// model_build_load_balancer_attributes.go, model_build_load_balancer_capacity_reservation.go, model_build_ipam.go,
// model_build_tags.go.
func TestFaultsOfSharedSettings(t *testing.T) {
	same := func(name, one, two string) faultCase {
		return faultCase{ingresses: members([]string{name, one}, []string{name, two})}
	}
	differ := func(name, one, two string) faultCase {
		c := same(name, one, two)
		c.want = []string{"REFUSED conflicting-setting ingress models/b: annotation " + name + ` is "` + two + `" here and "` + one +
			`" in ingress models/a; the load balancer has it once, so set it in the IngressClassParams`}
		return c
	}
	pairs := func(name, key, one, two string) faultCase {
		c := same(name, key+"="+one, key+"="+two)
		c.want = []string{"REFUSED conflicting-setting ingress models/b: annotation " + name + " has " + key + "=" + two + " here and " +
			key + "=" + one + " in ingress models/a; give both the same value"}
		return c
	}
	malformed := func(name, value, message string) faultCase {
		return withAnnotation("REFUSED invalid-annotation ingress models/s: annotation "+name+message, name, value)
	}
	settled := pairs(loadBalancerAttributes, "idle_timeout.timeout_seconds", "1", "2")
	settled.params, settled.want = ClassParams{Name: "public", Group: "public",
		Attributes: map[string]string{"idle_timeout.timeout_seconds": "3"}}, nil
	otherPort := differ(inboundCidrs, "10.0.0.0/8", "11.0.0.0/8")
	otherPort.ingresses[1] = otherPort.ingresses[1].annotated(listenPorts, `[{"HTTP":81}]`)
	otherPort.want = nil
	capacity := malformed(minimumCapacity, "Units=5", "")
	capacity.want = []string{"REFUSED invalid-annotation annotation " + minimumCapacity + " has Units=5, and must be CapacityUnits=<number>"}
	backendRules := same(manageBackendRules, "true", "false")
	managed := differ(manageBackendRules, "true", "false")
	for i := range managed.ingresses {
		managed.ingresses[i] = managed.ingresses[i].annotated(securityGroups, "sg-1")
	}
	check(t, map[string]faultCase{
		"subnets in another order":       same(subnets, "subnet-1,subnet-2", "subnet-2, subnet-1,"),
		"subnets":                        differ(subnets, "subnet-1,subnet-2", "subnet-1,subnet-3"),
		"blocks in another order":        same(inboundCidrs, "10.0.0.0/8,11.0.0.0/8", "11.0.0.0/8, 10.0.0.0/8"),
		"blocks stated by one":           same(inboundCidrs, "10.0.0.0/8", ""),
		"blocks":                         differ(inboundCidrs, "10.0.0.0/8", "11.0.0.0/8"),
		"blocks of other ports":          otherPort,
		"no block":                       malformed(inboundCidrs, "10.0.0.1", `: "10.0.0.1" must be a CIDR block such as 10.0.0.0/8`),
		"prefix lists in another order":  same(prefixLists, "pl-1,pl-2", "pl-2,pl-1"),
		"prefix lists":                   differ(prefixLists, "pl-1", "pl-2"),
		"security groups, spaced":        same(securityGroups, "sg-1,sg-2", "sg-1, sg-2"),
		"security groups, other order":   differ(securityGroups, "sg-1,sg-2", "sg-2,sg-1"),
		"backend rules, without groups":  backendRules,
		"backend rules":                  managed,
		"tags":                           pairs(tags, "k", "1", "2"),
		"tags malformed":                 malformed(tags, "k", ` "k" must be comma-separated key=value pairs; "k" is none`),
		"tags of other keys":             same(tags, "k=1", "l=2"),
		"attributes":                     pairs(loadBalancerAttributes, "idle_timeout.timeout_seconds", "1", "2"),
		"attributes settled by class":    settled,
		"listener attributes":            pairs(listenerAttributes+"HTTP-80", ServerHeader, "true", "false"),
		"attributes of another listener": same(listenerAttributes+"HTTP-81", "k=1", "k=2"), // not built, so not read
		"capacity":                       pairs(minimumCapacity, "CapacityUnits", "100", "200"),
		"capacity by another name":       capacity,
		"pool":                           differ(customerOwnedPool, "p", "q"),
		"no pool":                        malformed(customerOwnedPool, "", " must not be empty; name a pool or remove it"),
		"address pool":                   differ(addressPool, "p", "q"),
		"address pool of one":            same(addressPool, "p", ""),
		"web ACL":                        differ(webAclArn, "arn:x", "arn:y"),
		"web ACL name":                   differ(webAclName, "x", "y"),
		"classic web ACL":                differ(wafClassicID, "x", "y"),
		"shield":                         differ(shieldAdvanced, "true", "false"),
		"shield spelt differently":       same(shieldAdvanced, "true", "1"),
		"shield malformed":               malformed(shieldAdvanced, "on", ` "on" must be "true" or "false"`),
	})
}

func TestSharedSettings(t *testing.T) {
	params := ClassParams{Name: "public", Group: "public", Attributes: map[string]string{"idle_timeout.timeout_seconds": "60"}}
	lb := mustBuild(t, params, members(
		[]string{loadBalancerAttributes, "idle_timeout.timeout_seconds=never,client_keep_alive.seconds=61", webAclArn, "arn:w"},
		[]string{loadBalancerAttributes, "waf.fail_open.enabled=true", subnets, "subnet-1,subnet-2"})...)
	require.Equal(t, map[string]string{"idle_timeout.timeout_seconds": "60", "client_keep_alive.seconds": "61",
		"waf.fail_open.enabled": "true"}, lb.Attributes)
	require.Equal(t, "arn:w", lb.WebAclArn)
	require.Equal(t, []string{"subnet-1", "subnet-2"}, lb.SubnetIds)
	for _, none := range [][]string{{webAclArn, "none"}, {webAclName, "mine", webAclArn, "arn:w"}} {
		require.Empty(t, mustBuild(t, publicClass, route("a", "", "/", Prefix).annotated(none...)).WebAclArn)
	}
}

// LBC pkg/ingress/model_builder.go (mergeListenPortConfigs).
func TestMergedCertificates(t *testing.T) {
	for _, c := range []struct{ one, two, want []string }{
		{[]string{"a", "b"}, []string{"b", "c"}, []string{"a", "b", "c"}},
		{[]string{"a"}, []string{"a"}, []string{"a", "a"}},
		{[]string{"a", "b"}, []string{"a", "b"}, []string{"a", "b", "a"}},
		{nil, []string{"a", "a"}, []string{"a", "a"}},
		{nil, nil, nil},
	} {
		require.Equal(t, c.want, mergeCertificates([][]string{c.one, c.two}), c)
	}
	lb := mustBuild(t, ClassParams{Name: "public", Group: "public", CertificateArns: []string{"arn:a", "arn:b"}}, model("x"), model("y"),
		model("z"))
	require.Equal(t, []string{"arn:a", "arn:b", "arn:a"}, lb.Listeners[0].CertificateArns)
}

// LBC pkg/ingress/model_build_listener.go (computeIngressMutualAuthentication).
func TestFaultsOfMutualAuthentication(t *testing.T) {
	notModelled := func(name string) string {
		return "warning not-modelled ingress models/" + name + ": annotation " + mutualAuthentication +
			" is not accounted for here; LBC does apply it"
	}
	bad := func(value, message string) faultCase {
		return faultCase{ingresses: []Ingress{route("s", "", "/", Prefix).annotated(mutualAuthentication, value)},
			want: []string{"REFUSED invalid-annotation ingress models/s: annotation " + mutualAuthentication + message, notModelled("s")}}
	}
	on := func(mode string) []string {
		return []string{certificateArn, "arn:c", mutualAuthentication, `[{"port":443,` + mode + `}]`}
	}
	check(t, map[string]faultCase{
		"empty":    bad(`[]`, ` [] must be a JSON list such as [{"port":443,"mode":"passthrough"}]`),
		"port":     bad(`[{"port":0,"mode":"off"}]`, `: port 0 mode "off": port must be within 1..65535`),
		"mode":     bad(`[{"port":443,"mode":"on"}]`, `: port 443 mode "on": mode must be off, passthrough or verify`),
		"no store": bad(`[{"port":443,"mode":"verify"}]`, `: port 443 mode "verify": mode verify needs trustStore`),
		"store": bad(`[{"port":443,"mode":"off","trustStore":"t"}]`,
			`: port 443 mode "off": only mode verify may have trustStore, ignoreClientCertificateExpiry and advertiseTrustStoreCaNames`),
		"advertise": bad(`[{"port":443,"mode":"verify","trustStore":"t","advertiseTrustStoreCaNames":"yes"}]`,
			`: port 443 mode "verify": advertiseTrustStoreCaNames must be on or off`),
		"same, with and without default": {ingresses: members(on(`"mode":"verify","trustStore":"t"`),
			on(`"mode":"verify","trustStore":"t","ignoreClientCertificateExpiry":false`)),
			want: []string{notModelled("a"), notModelled("b")}},
		"differ": {ingresses: members(on(`"mode":"off"`), on(`"mode":"passthrough"`)), want: []string{
			notModelled("a"),
			"REFUSED conflicting-setting ingress models/b: annotation " + mutualAuthentication +
				` is "{\"port\":443,\"mode\":\"passthrough\",\"trustStore\":\"\",\"ignoreClientCertificateExpiry\":null,\"advertiseTrustStoreCaNames\":null}" here and ` +
				`"{\"port\":443,\"mode\":\"off\",\"trustStore\":\"\",\"ignoreClientCertificateExpiry\":null,\"advertiseTrustStoreCaNames\":null}" in ingress models/a; the load balancer has it once, so set it in the IngressClassParams`,
			notModelled("b")}},
	})
}
