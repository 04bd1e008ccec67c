package doctor

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/rollout"
)

// source answers paths and calls with texts; what it has none for is not there.
func sourceOf(answers map[string]string) (Source, func(string) int) {
	var lock sync.Mutex
	counts := map[string]int{}
	answer := func(key string) ([]byte, error) {
		lock.Lock()
		defer lock.Unlock()
		counts[key]++
		if text, known := answers[key]; known {
			return []byte(text), nil
		}
		return nil, fmt.Errorf("%w: %s", ErrAbsent, key)
	}
	return Source{
			Get:     func(_ context.Context, path string) ([]byte, error) { return answer(path) },
			Table:   func(_ context.Context, args ...string) ([]byte, error) { return answer(args[0]) },
			AWS:     func(_ context.Context, args ...string) ([]byte, error) { return answer(strings.Join(args[:2], " ")) },
			Resolve: func(_ context.Context, name string) ([]string, error) { return []string{"192.0.2.1"}, nil },
		}, func(key string) int {
			lock.Lock()
			defer lock.Unlock()
			return counts[key]
		}
}

const none = `{"items": []}`

// emptyEnvironment has all kinds of objects, and none of them.
func emptyEnvironment() map[string]string {
	answers := map[string]string{
		"secrets": "", "elbv2 describe-load-balancers": `{"LoadBalancers": []}`, "elbv2 describe-account-limits": `{"Limits": [{"Name": "x", "Max": "7"}]}`,
		"acm list-certificates": `{"CertificateSummaryList": []}`, "ec2 describe-addresses": `{"Addresses": []}`,
		"service-quotas get-service-quota": `{"Quota": {"Value": 5.0}}`, "eks list-clusters": `{"clusters": ["c"]}`,
		"eks list-fargate-profiles":                          `{"fargateProfileNames": ["one", "two"]}`,
		"eks describe-fargate-profile":                       `{"fargateProfile": {"fargateProfileName": "one", "selectors": [{"namespace": "models"}]}}`,
		prometheus + "scrape_pools":                          `{"status": "success", "data": {"scrapePools": ["models"]}}`,
		prometheus + "targets?state=active":                  `{"status": "success", "data": {"activeTargets": [{"scrapePool": "models", "health": "up"}]}}`,
		"/apis/apps/v1/namespaces/mlflow/deployments/mlflow": `{}`,
	}
	for _, path := range []string{"/api/v1/services", "/apis/discovery.k8s.io/v1/endpointslices", "/api/v1/pods", "/api/v1/nodes",
		"/apis/apps/v1/deployments", "/apis/batch/v1/jobs", "/apis/networking.k8s.io/v1/ingresses", "/apis/networking.k8s.io/v1/ingressclasses",
		"/apis/elbv2.k8s.aws/v1beta1/ingressclassparams", "/apis/elbv2.k8s.aws/v1beta1/targetgroupbindings",
		"/api/v1/secrets?fieldSelector=type%3Dkubernetes.io%2Ftls", "/apis/cert-manager.io/v1/certificates",
		"/apis/argoproj.io/v1alpha1/applications", "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
		"/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations"} {
		answers[path] = none
	}
	return answers
}

func states(results []Result) map[string]State {
	all := map[string]State{}
	for _, r := range results {
		all[r.Check] = r.State
	}
	return all
}

func TestEveryNeedIsReadOnce(t *testing.T) {
	s, count := sourceOf(emptyEnvironment())
	told := 0
	results := Examine(t.Context(), s, Checks(), time.Minute, func(Result) { told++ })
	require.Equal(t, len(Checks()), told)
	for i, r := range results {
		require.Equal(t, Checks()[i].Key, r.Check)
		require.Equal(t, OK, r.State, "%s: %s", r.Check, r.Note)
	}
	require.Equal(t, 1, count("/api/v1/pods"))
	require.Equal(t, 2, count("eks describe-fargate-profile"))
}

func TestWhatIsNotInstalledIsAbsent(t *testing.T) {
	answers := emptyEnvironment()
	for key := range answers {
		if strings.Contains(key, "cert-manager") || strings.Contains(key, "argoproj") || strings.HasPrefix(key, prometheus) ||
			strings.Contains(key, "mlflow") {
			delete(answers, key)
		}
	}
	s, _ := sourceOf(answers)
	found := states(Examine(t.Context(), s, Checks(), time.Minute, func(Result) {}))
	for key, state := range found {
		if want := map[string]State{"certificates": Absent, "argo-cd": Absent, "scrapes": Absent, "database-schema": Absent}[key]; want != "" {
			require.Equal(t, want, state, key)
		} else {
			require.Equal(t, OK, state, key)
		}
	}
}

// TestArgoCDThatIsGoneIsNotAbsent has models that Argo CD is to deliver, and nothing of it.
func TestArgoCDThatIsGoneIsNotAbsent(t *testing.T) {
	answers := emptyEnvironment()
	delete(answers, "/apis/argoproj.io/v1alpha1/applications")
	s, _ := sourceOf(answers)
	s.Versions = []rollout.Model{{Name: "churn", Application: "churn"}}
	results := Examine(t.Context(), s, []Check{argocd}, time.Minute, func(Result) {})
	require.Equal(t, Failed, results[0].State)
	require.Equal(t, "model churn", results[0].Findings[0].Object)
}

// TestACheckThatHangsNamesWhatItWaitsFor has an API server that never answers for pods, and others that are not held up by it.
func TestACheckThatHangsNamesWhatItWaitsFor(t *testing.T) {
	s, _ := sourceOf(emptyEnvironment())
	get := s.Get
	s.Get = func(ctx context.Context, path string) ([]byte, error) {
		if path == "/api/v1/pods" {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return get(ctx, path)
	}
	results := Examine(t.Context(), s, Checks(), 100*time.Millisecond, func(Result) {})
	found := states(results)
	require.Equal(t, Unread, found["pending-pods"])
	require.Equal(t, OK, found["webhooks"])
	for _, r := range results {
		if r.Check == "pending-pods" {
			require.Equal(t, "the pods: no answer within 100ms", r.Note)
		}
	}
	require.False(t, Blind(results))
}

func TestAWSThatCannotBeAskedLeavesTheRest(t *testing.T) {
	s, _ := sourceOf(emptyEnvironment())
	s.AWS = func(context.Context, ...string) ([]byte, error) { return nil, fmt.Errorf("%w: no region", ErrUnable) }
	results := Examine(t.Context(), s, Checks(), time.Minute, func(Result) {})
	found := states(results)
	for _, key := range []string{"fargate-profiles", "acm-certificates", "account-quotas"} {
		require.Equal(t, Unread, found[key], key)
	}
	require.Equal(t, OK, found["target-health"], "without a TargetGroupBinding nothing is asked")
	for _, key := range []string{"webhooks", "addresses", "load-balancer-quotas"} {
		require.Equal(t, OK, found[key], key)
	}
}

func TestAnswersThatAreNoneAreFaults(t *testing.T) {
	for key, text := range map[string]string{
		"/api/v1/pods": "{", "secrets": "a b c", "elbv2 describe-account-limits": `{"Limits": [{"Name": "x", "Max": "y"}]}`,
		prometheus + "scrape_pools": `{"status": "error"}`, "eks list-clusters": `{"clusters": ["a", "b"]}`,
		"service-quotas get-service-quota": "{", "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations": "[",
	} {
		answers := emptyEnvironment()
		answers[key] = text
		s, _ := sourceOf(answers)
		unread := 0
		for _, r := range Examine(t.Context(), s, Checks(), time.Minute, func(Result) {}) {
			if r.State == Unread {
				unread++
				require.NotEmpty(t, r.Note)
			}
		}
		require.NotZero(t, unread, key)
	}
}

func TestEveryCheckSaysWhatItIs(t *testing.T) {
	known := readings()
	seen := map[string]bool{}
	for _, c := range Checks() {
		require.False(t, seen[c.Key], c.Key)
		seen[c.Key] = true
		require.NotEmpty(t, c.Title, c.Key)
		require.NotEmpty(t, c.Breaks, c.Key)
		require.NotEmpty(t, c.Needs, c.Key)
		for _, need := range append(c.Needs, c.Uses...) {
			require.NotNil(t, known[need].read, "%s: nothing reads %s", c.Key, need)
		}
	}
}
