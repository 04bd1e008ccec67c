package model

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/modelspec"
)

var classParams = alb.ClassParams{
	Name: "public", Group: "public", Scheme: "internet-facing", SubnetIds: []string{"subnet-0a", "subnet-0b"},
	Listeners: []alb.Listener{{Protocol: "HTTP", Port: 80}},
}

// Any set of models shares one load balancer without a fault, and each gets its own requests and nobody else's.
func TestModelsShareALoadBalancer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z]([a-z0-9]|-[a-z0-9]){0,8}`), 1, 8, rapid.ID).Draw(t, "names")
		var models []modelspec.Model
		var ingresses []alb.Ingress
		for i, name := range names {
			m := modelspec.Default()
			m.Name = name
			if rapid.Bool().Draw(t, "own host") {
				m.Route.Subdomain = fmt.Sprintf("host-%d", i)
			}
			models = append(models, m)
			ingresses = append(ingresses, Ingress(m, Routing{
				Namespace: "models", ClassName: "public", Domain: "example.com", ListenPorts: alb.ListenPorts(classParams.Listeners),
			}))
		}
		lb, err := alb.Build(classParams, ingresses)
		require.NoError(t, err)
		listener, found := lb.Listener(80)
		require.True(t, found)
		for _, m := range models {
			for _, path := range []string{m.StatusPath(), m.PredictPath()} {
				action, ruled := listener.Match(alb.Request{Method: "POST", Host: m.Host("example.com"), Path: path})
				require.True(t, ruled, "nothing answers %s%s", m.Host("example.com"), path)
				require.Equal(t, alb.Forward, action.Type)
				group, found := lb.TargetGroup(action.Forward.TargetGroups[0].Key)
				require.True(t, found)
				require.Equal(t, m.Name, group.Service, "%s%s", m.Host("example.com"), path)
			}
			if !m.OwnHost() {
				_, ruled := listener.Match(alb.Request{Method: "GET", Host: m.Host("example.com"), Path: m.StatusPath() + "/other"})
				require.False(t, ruled, "a model on the shared host takes its two paths only")
			}
		}
	})
}

func TestIngressHasTwoLoadBalancerSettings(t *testing.T) {
	m := modelspec.Default()
	m.Name = "churn"
	dictated := []string{"listen-ports", "jwt-validation"}
	ofTheTarget := []string{"healthcheck-", "healthy-", "unhealthy-", "success-codes", "target-group-attributes"}
	for name := range Ingress(m, Routing{ListenPorts: "[]", JwtValidation: "{}"}).Annotations {
		suffix, found := strings.CutPrefix(name, "alb.ingress.kubernetes.io/")
		require.True(t, found, name)
		if slices.Contains(dictated, suffix) {
			continue
		}
		require.Condition(t, func() bool {
			for _, prefix := range ofTheTarget {
				if strings.HasPrefix(suffix, prefix) {
					return true
				}
			}
			return false
		}, "%s belongs to the load balancer", suffix)
	}
}

// Kubernetes and the controller take these for granted and check none of them.
func TestTimesFitTogether(t *testing.T) {
	require.Greater(t, graceSeconds, preStopSeconds+deregistrationSeconds, "a pod is killed after its last request")
	require.Greater(t, progressDeadlineSeconds, startupPeriodSeconds*startupFailures, "a rollout waits for a model to load")
	require.Greater(t, healthCheckIntervalSeconds, healthCheckTimeoutSeconds, "ELBv2 refuses a timeout that is not shorter than the interval")
}
