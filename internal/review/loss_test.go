package review_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/review"
	"github.com/modelway/modelway/internal/review/events"
)

// m is an object of a resource's properties.
type m = map[string]any

const (
	inModel       = ofModelURN
	inLB          = "urn:pulumi:s::p::modelway:platform:Platform$modelway:ingress:LoadBalancer$"
	inCluster     = "urn:pulumi:s::p::modelway:platform:Platform$modelway:cluster:Cluster$"
	inPlatform    = "urn:pulumi:s::p::modelway:platform:Platform$"
	inDatabase    = "urn:pulumi:s::p::modelway:platform:Platform$modelway:database:Database$"
	databaseType  = "aws:rds/instance:Instance"
	paramsType    = "kubernetes:elbv2.k8s.aws/v1beta1:IngressClassParams"
	policyType    = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
	clusterType   = "aws:eks/cluster:Cluster"
	groupType     = "aws:eks/nodeGroup:NodeGroup"
	logsType      = "aws:cloudwatch/logGroup:LogGroup"
	lifecycleType = "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"
	accessType    = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
	scheduleType  = "modelway:schedule:Schedule"
)

// step is what happens to a resource from properties to others; nil for none.
func step(op events.Op, in, typ string, before, after m) events.Step {
	s := events.Step{Op: op, URN: in + typ + "::it", Type: typ}
	r := func(properties m) *resource.Resource {
		if properties == nil {
			return nil
		}
		r := &resource.Resource{URN: s.URN, Type: typ, Name: "it", Properties: properties}
		if in == inModel {
			r.Parent = modelURN
		}
		return r
	}
	s.Old, s.New = r(before), r(after)
	return s
}

// standing are the model churn behind the class public, on nodes, which stay.
func standing() []events.Step {
	is := ingress("public", "")
	all := []events.Step{step(events.OpSame, inModel, ingressType, is, is)}
	all[0].URN += "-stays"
	model := &resource.Resource{URN: modelURN, Type: resource.ModelType, Name: "churn", Properties: m{"name": "churn", "compute": "nodes"}}
	return append(all, events.Step{Op: events.OpSame, URN: modelURN, Type: model.Type, Old: model, New: model})
}

func params(spec m) m { return m{"metadata": m{"name": "public"}, "spec": spec} }

func listens(ports ...any) m {
	var all []any
	for i := 0; i < len(ports); i += 2 {
		all = append(all, m{"protocol": ports[i], "port": ports[i+1]})
	}
	return params(m{"listeners": all})
}

func jwt(value string) m {
	of := ingress("public", "")
	if value != "" {
		of["metadata"].(m)["annotations"].(m)["alb.ingress.kubernetes.io/jwt-validation"] = value
	}
	return of
}

func logs(on string) m {
	return params(m{"loadBalancerAttributes": []any{m{"key": "access_logs.s3.enabled", "value": on}, m{"key": "deletion_protection.enabled",
		"value": "true"}}})
}

func endpoint(public bool, cidrs ...any) m {
	return m{"vpcConfig": m{"endpointPublicAccess": public, "publicAccessCidrs": cidrs}}
}

func tainted(effects ...string) m {
	var all []any
	for _, effect := range effects {
		all = append(all, m{"key": "team", "value": "a", "effect": effect})
	}
	return m{"taints": all}
}

func calledFrom(namespaces ...string) m {
	from := []any{m{"namespaceSelector": m{"matchLabels": m{"kubernetes.io/metadata.name": "monitoring"}},
		"podSelector": m{"matchLabels": m{"a": "b"}}}}
	for _, name := range namespaces {
		from = append(from, m{"namespaceSelector": m{"matchLabels": m{"kubernetes.io/metadata.name": name}}})
	}
	return m{"spec": m{"ingress": []any{m{"from": from}}}}
}

func calls(block string, port float64) m {
	return m{"spec": m{"egress": []any{m{"to": []any{m{"ipBlock": m{"cidr": block}}}, "ports": []any{m{"protocol": "TCP", "port": port}}}}}}
}

// training makes a policy that of what trains a model.
func training(policy m) m {
	policy["metadata"] = m{"labels": m{"app.kubernetes.io/component": "training"}}
	return policy
}

func days(n float64) m { return m{"rules": []any{m{"expiration": m{"days": n}}}} }

func tls(policy string) m { return params(m{"sslPolicy": "ELBSecurityPolicy-TLS13-" + policy}) }

// TestWhatAChangeInPlaceTakesAway holds changes that leave the resource in its place against what they take from people.
func TestWhatAChangeInPlaceTakesAway(t *testing.T) {
	const token = `{"issuer":"https://login.company.com"}`
	acl := params(m{"wafv2AclArn": "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/api/1"})
	times := func(stop string) m { return m{"stop": stop, "start": "0 7 * * 1-5", "timeZone": "Etc/UTC"} }
	for name, c := range map[string]struct {
		step   events.Step
		says   string // "" where nothing breaks
		models []string
	}{
		"jwt added": {step("update", inModel, ingressType, jwt(""), jwt(token)), "get 401: a token of https://login.company.com.",
			[]string{"churn"}},
		"jwt changed": {step("update", inModel, ingressType, jwt(`{"issuer":"https://a"}`), jwt(token)), "get 401", []string{"churn"}},
		"jwt removed": {step("update", inModel, ingressType, jwt(token), jwt("")), "Requests without a token reach the model",
			[]string{"churn"}},
		"jwt stays": {step("update", inModel, ingressType, jwt(token), jwt(token)), "", nil},
		"port changed": {step("update", inLB, paramsType, listens("HTTPS", 443.0), listens("HTTPS", 8443.0)),
			"no connection any more: HTTPS 443.", []string{"churn"}},
		"port added":      {step("update", inLB, paramsType, listens("HTTPS", 443.0), listens("HTTPS", 443.0, "HTTP", 80.0)), "", nil},
		"web ACL removed": {step("update", inLB, paramsType, acl, params(m{})), "without the web ACL's check", []string{"churn"}},
		"web ACL none": {step("update", inLB, paramsType, acl, params(m{"wafv2AclArn": "none"})), "without the web ACL's check",
			[]string{"churn"}},
		"web ACL added": {step("update", inLB, paramsType, params(m{}), acl), "", nil},
		"logs off": {step("update", inLB, paramsType, logs("true"), logs("false")), "no request leaves a trace in the load balancer's " +
			"logs: access logs.", nil},
		"logs on": {step("update", inLB, paramsType, logs("false"), logs("true")), "", nil},
		"TLS 1.3 only": {step("update", inLB, paramsType, tls("1-2-Res-PQ-2025-09"), tls("1-3-2021-06")), "get no connection: TLS 1.2.",
			[]string{"churn"}},
		"fewer ciphers": {step("update", inLB, paramsType, tls("1-2-Ext1-2021-06"), tls("1-2-2021-06")),
			"get no connection: RSA key exchange.", []string{"churn"}},
		"other ciphers": {step("update", inLB, paramsType, tls("1-2-Ext0-FIPS-PQ-2025-09"), tls("1-2-Ext1-FIPS-PQ-2025-09")),
			"get no connection: SHA-1 ciphers.", []string{"churn"}},
		"FIPS": {step("update", inLB, paramsType, tls("1-2-2021-06"), tls("1-2-FIPS-PQ-2025-09")),
			"get no connection: ChaCha20 ciphers.", []string{"churn"}},
		"more ciphers": {step("update", inLB, paramsType, tls("1-2-Res-2021-06"), tls("1-2-Ext2-2021-06")), "", nil},
		"post-quantum": {step("update", inLB, paramsType, tls("1-2-Res-2021-06"), tls("1-2-Res-PQ-2025-09")), "", nil},
		"retention lowered": {step("update", inCluster, logsType, m{"retentionInDays": 365.0}, m{"retentionInDays": 7.0}),
			"are lost: 365 days before, 7 days after.", nil},
		"retention set":     {step("update", inCluster, logsType, m{}, m{"retentionInDays": 7.0}), "for ever before, 7 days after", nil},
		"retention raised":  {step("update", inCluster, logsType, m{"retentionInDays": 7.0}, m{"retentionInDays": 365.0}), "", nil},
		"retention dropped": {step("update", inCluster, logsType, m{"retentionInDays": 7.0}, m{"retentionInDays": 0.0}), "", nil},
		"backups lowered": {step("update", inDatabase, databaseType, m{"backupRetentionPeriod": 14.0}, m{"backupRetentionPeriod": 7.0}),
			"Backups that are older than the new retention are lost: 14 days before, 7 days after.", nil},
		"another class": {step("update", inDatabase, databaseType, m{"instanceClass": "db.t4g.micro"}, m{"instanceClass": "db.t4g.small"}),
			"The server restarts", nil},
		"the same class":    {step("update", inDatabase, databaseType, m{"instanceClass": "a"}, m{"instanceClass": "a"}), "", nil},
		"database deleted":  {step("delete", inDatabase, databaseType, m{}, nil), "unless it leaves a final snapshot", nil},
		"log group deleted": {step("delete", inCluster, logsType, m{}, nil), "Its logs are lost.", nil},
		"objects expire":    {step("update", inPlatform, lifecycleType, days(365), days(30)), "365 days before, 30 days after", nil},
		"access removed":    {step("delete", inCluster, accessType, m{}, nil), "loses these rights in the cluster", nil},
		"schedule added": {step("create", inPlatform, scheduleType, nil, times("0 20 * * 1-5")), "All models are down from each stop",
			[]string{"churn"}},
		"schedule changed": {step("update", inPlatform, scheduleType, times("0 20 * * 1-5"), times("0 12 * * *")), "stop 0 12 * * *",
			[]string{"churn"}},
		"schedule removed": {step("delete", inPlatform, scheduleType, times("0 20 * * 1-5"), nil), "stay down until somebody",
			[]string{"churn"}},
		"namespace lost": {step("update", inModel, policyType, calledFrom("shop", "ads"), calledFrom("ads")), "in the cluster any more: shop.",
			[]string{"churn"}},
		"namespace gained": {step("update", inModel, policyType, calledFrom("ads"), calledFrom("shop", "ads")), "", nil},
		"egress lost": {step("update", inModel, policyType, calls("10.1.0.0/16", 5432), calls("10.2.0.0/16", 5432)),
			"no answer any more: 10.1.0.0/16:5432.", []string{"churn"}},
		"egress of a training": {step("update", inModel, policyType, training(calls("10.1.0.0/16", 5000)), training(calls("0.0.0.0/0", 443))), "",
			nil},
		"egress narrowed": {step("update", inModel, policyType, calls("10.1.0.0/16", 443), calls("10.1.0.0/24", 443)), "10.1.0.0/16:443",
			[]string{"churn"}},
		"egress widened": {step("update", inModel, policyType, calls("10.1.0.0/16", 443), calls("0.0.0.0/0", 443)), "", nil},
		"port of egress": {step("update", inModel, policyType, calls("10.1.0.0/16", 443), calls("0.0.0.0/0", 80)), "10.1.0.0/16:443",
			[]string{"churn"}},
		"endpoint closed": {step("update", inCluster, clusterType, endpoint(true, "203.0.113.0/24"), endpoint(false)),
			"cannot reach the Kubernetes API any more: the public endpoint.", nil},
		"endpoint narrowed": {step("update", inCluster, clusterType, endpoint(true), endpoint(true, "203.0.113.0/24")),
			"only these blocks covered: 0.0.0.0/0.", nil},
		"block replaced": {step("update", inCluster, clusterType, endpoint(true, "203.0.113.0/24"), endpoint(true, "198.51.100.0/24")),
			"only these blocks covered: 203.0.113.0/24.", nil},
		"endpoint widened": {step("update", inCluster, clusterType, endpoint(true, "203.0.113.0/24"), endpoint(true, "203.0.112.0/20")), "", nil},
		"endpoint unknown": {step("update", inCluster, clusterType, endpoint(true, "203.0.113.0/24"), endpoint(true, resource.Unknown{})), "",
			nil},
		"pods evicted": {step("update", inPlatform, groupType, tainted(), tainted("NO_EXECUTE")), "evicted at once and need room elsewhere; " +
			"no disruption budget holds it up: team=a:NO_EXECUTE.", []string{"churn"}},
		"pods kept out": {step("update", inPlatform, groupType, tainted(), tainted("NO_SCHEDULE")), "cannot start on its nodes",
			[]string{"churn"}},
		"pods avoid":    {step("update", inPlatform, groupType, tainted(), tainted("PREFER_NO_SCHEDULE")), "", nil},
		"taint removed": {step("update", inPlatform, groupType, tainted("NO_EXECUTE"), tainted()), "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := of(append(standing(), c.step)...)
			if c.says == "" {
				require.Empty(t, r.Breaking)
				return
			}
			require.Len(t, r.Breaking, 1)
			require.Contains(t, r.Breaking[0].Consequence, c.says)
			require.NotEmpty(t, r.Breaking[0].What)
			require.Equal(t, c.models, r.Breaking[0].Models)
			require.Equal(t, len(c.models) > 0, len(r.AffectedModels) > 0)
			require.Len(t, r.Evaluate([]review.Condition{{Kind: review.OnBreaking}}), 1)
		})
	}
}

// TestAModelThatLosesItsStore tells of the component's inputs.
func TestAModelThatLosesItsStore(t *testing.T) {
	before := &resource.Resource{URN: modelURN, Type: resource.ModelType, Name: "churn", Properties: m{"storeUri": "s3://store/churn/",
		"roleArn": "arn"}}
	after := &resource.Resource{URN: modelURN, Type: resource.ModelType, Name: "churn", Properties: m{}}
	r := of(events.Step{Op: events.OpUpdate, URN: modelURN, Type: resource.ModelType, Old: before, New: after})
	require.Len(t, r.Breaking, 1)
	require.Equal(t, []string{"storeUri", "roleArn"}, r.Breaking[0].Why)
	require.Contains(t, r.Breaking[0].Consequence, "no access to the model store any more: s3://store/churn/. Its pods get no AWS "+
		"credentials any more")
	require.Equal(t, []string{"churn"}, r.AffectedModels)
	after.Properties = m{"storeUri": resource.Unknown{}, "roleArn": resource.Unknown{}}
	require.Empty(t, of(events.Step{Op: events.OpUpdate, URN: modelURN, Type: resource.ModelType, Old: before, New: after}).Breaking)
}

// TestAScheduleOfANewEnvironment breaks nothing: there is no model yet.
func TestAScheduleOfANewEnvironment(t *testing.T) {
	require.Empty(t, of(step("create", inPlatform, scheduleType, nil, m{"stop": "0 20 * * *"})).Breaking)
}

// TestSeveralLossesOfOneResource are one breaking change that says all of them.
func TestSeveralLossesOfOneResource(t *testing.T) {
	before, after := params(m{"scheme": "internal", "wafv2AclArn": "arn:x"}), params(m{"scheme": "internet-facing"})
	r := of(append(standing(), step("update", inLB, paramsType, before, after))...)
	require.Len(t, r.Breaking, 1)
	require.Equal(t, []string{"spec.scheme", "spec.wafv2AclArn"}, r.Breaking[0].Why)
	require.Equal(t, []string{"churn"}, r.Breaking[0].Models)
	require.Contains(t, r.Breaking[0].Consequence, "its DNS name changes")
	require.Contains(t, r.Breaking[0].Consequence, "web ACL")
}
