package review_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/cost"
	"github.com/modelway/modelway/internal/keda"
	"github.com/modelway/modelway/internal/pricing"
	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/review"
	"github.com/modelway/modelway/internal/review/events"
)

const (
	modelURN   = "urn:pulumi:s::p::modelway:platform:Platform$modelway:model:Model::churn"
	ofModelURN = "urn:pulumi:s::p::modelway:platform:Platform$modelway:model:Model$"
)

// updateOf is a step of a resource of model churn.
func updateOf(typ string, before, after map[string]any, diffs ...string) events.Step {
	urn := ofModelURN + typ + "::churn-it"
	r := func(properties map[string]any) *resource.Resource {
		return &resource.Resource{URN: urn, Type: typ, Name: "churn-it", Parent: modelURN, Custom: true, Properties: properties}
	}
	return events.Step{Op: events.OpUpdate, URN: urn, Type: typ, Old: r(before), New: r(after), Diffs: diffs}
}

func of(steps ...events.Step) review.Report {
	return review.Of(events.Preview{Stack: "s", Steps: steps, CompleteBefore: true, CompleteAfter: true}, nil)
}

// ingress forwards to churn by an action.
func ingress(class, action string) map[string]any {
	return map[string]any{
		"metadata": map[string]any{"name": "churn", "annotations": map[string]any{"alb.ingress.kubernetes.io/actions.split": action}},
		"spec": map[string]any{"ingressClassName": class, "rules": []any{map[string]any{"host": "h", "http": map[string]any{"paths": []any{
			map[string]any{"path": "/", "backend": map[string]any{"service": map[string]any{"name": "split",
				"port": map[string]any{"name": "use-annotation"}}}},
		}}}}},
	}
}

const ingressType = "kubernetes:networking.k8s.io/v1:Ingress"

func TestAModelThatMovesToAnotherLoadBalancer(t *testing.T) {
	r := of(updateOf(ingressType, ingress("public", ""), ingress("internal", "")))
	require.Len(t, r.Breaking, 1)
	require.Equal(t, []string{"spec.ingressClassName"}, r.Breaking[0].Why)
	require.Equal(t, []string{"churn"}, r.Breaking[0].Models)
	require.Contains(t, r.Models[0].Details, review.Detail{What: "ingress class of churn", Before: "public", After: "internal"})
	require.Empty(t, of(updateOf(ingressType, ingress("public", ""), ingress("public", ""))).Breaking)
}

func TestWeights(t *testing.T) {
	for action, want := range map[string]string{
		`{"forwardConfig":{"targetGroups":[{"serviceName":"a","weight":1},{"serviceName":"b","weight":3}]}}`: "25%",
		`{"forwardConfig":{"targetGroups":[{"serviceName":"a"},{"serviceName":"b","weight":3}]}}`:            "25%",
		`{"forwardConfig":{"targetGroups":[{"serviceName":"a","weight":0},{"serviceName":"b","weight":0}]}}`: "0%",
		`{"forwardConfig":{"targetGroups":[{"serviceName":"a","weight":2}]}}`:                                "100%",
	} {
		r := of(updateOf(ingressType, ingress("public", "{"), ingress("public", action)))
		require.Contains(t, r.Models[0].Details, review.Detail{What: "weight of a", After: want}, action)
	}
}

func TestWhatTouchesTraffic(t *testing.T) {
	pods := func(image string) map[string]any {
		return map[string]any{"spec": map[string]any{"template": map[string]any{"spec": map[string]any{"containers": []any{map[string]any{"image": image}}}}}}
	}
	for _, c := range []struct {
		step    events.Step
		touches bool
	}{
		{updateOf("kubernetes:apps/v1:Deployment", pods("a"), pods("b"), "spec.template.spec.containers[0].image"), true},
		{updateOf("kubernetes:apps/v1:Deployment", pods("a"), pods("a"), "spec.template.spec.priority"), true},
		{updateOf("kubernetes:apps/v1:Deployment", pods("a"), pods("a"), "metadata.annotations"), false},
		{updateOf("kubernetes:serving.kserve.io/v1beta1:InferenceService", nil, nil, "spec.predictor.model.storageUri"), true},
		{updateOf("kubernetes:serving.kserve.io/v1beta1:InferenceService", nil, nil, "metadata.annotations"), true},
		{updateOf("kubernetes:networking.k8s.io/v1:NetworkPolicy", nil, nil, "spec.ingress"), false},
		{updateOf("kubernetes:core/v1:Service", nil, nil, "spec.ports"), true},
	} {
		r := of(c.step)
		require.Equal(t, c.touches, r.Models[0].Traffic, "%s %v", c.step.Type, c.step.Diffs)
		require.Equal(t, "churn", r.Models[0].Model, "the model's own step is left out")
		require.Equal(t, c.touches, len(r.AffectedModels) == 1)
	}
}

// A changed digest is a new version of that model, and nothing else's.
func TestANewVersionOfFiles(t *testing.T) {
	files := func(uri, digest, cpu string) map[string]any {
		return map[string]any{"metadata": map[string]any{"name": "churn"}, "spec": map[string]any{"predictor": map[string]any{
			"annotations": map[string]any{"modelway.dev/artifact-digest": digest},
			"model": map[string]any{"storageUri": uri, "modelFormat": map[string]any{"name": "sklearn"},
				"resources": map[string]any{"requests": map[string]any{"cpu": cpu, "memory": "1Gi"}}},
		}}}
	}
	const token = "kubernetes:serving.kserve.io/v1beta1:InferenceService"
	r := of(updateOf(token, files("s3://m/3/", "sha256:a", "1"), files("s3://m/4/", "sha256:b", "2"), "spec.predictor.model.storageUri",
		"spec.predictor.annotations"))
	require.Len(t, r.Models, 1)
	require.Equal(t, []review.Detail{
		{What: "files of churn", Before: "s3://m/3/", After: "s3://m/4/"}, {What: "cpu of churn", Before: "1", After: "2"},
		{What: "digest of churn", Before: "sha256:a", After: "sha256:b"},
	}, r.Models[0].Details)
	require.Equal(t, []string{"churn"}, r.AffectedModels)
	require.Empty(t, r.Breaking)
	same := files("s3://m/3/", "sha256:a", "1")
	require.Equal(t, []review.Detail{{What: "pods of churn", After: "replaced"}},
		of(updateOf(token, same, same, "spec.predictor.tolerations")).Models[0].Details)
	registered := func(version string) map[string]any {
		all := files("s3://m/3/", "sha256:a", "1")
		all["spec"].(map[string]any)["predictor"].(map[string]any)["labels"] = map[string]any{"modelway.dev/registered-version": version}
		return all
	}
	r = of(updateOf(token, registered("3"), registered("4"), "spec.predictor.labels"))
	require.Equal(t, []review.Detail{{What: "registered version of churn", Before: "3", After: "4"}}, r.Models[0].Details)
	require.True(t, r.Models[0].Traffic, "its pods are replaced, one after the other")
}

// A model that is added with the files of a removed one may be the same.
func TestAModelRenamedWithItsFiles(t *testing.T) {
	step := func(op events.Op, name, digest string) events.Step {
		urn := "urn:pulumi:s::p::modelway:platform:Platform$modelway:model:Model::" + name
		r := &resource.Resource{URN: urn, Type: resource.ModelType, Name: name, Properties: map[string]any{"name": name, "digest": digest}}
		if op == events.OpDelete {
			return events.Step{Op: op, URN: urn, Type: r.Type, Old: r}
		}
		return events.Step{Op: op, URN: urn, Type: r.Type, New: r}
	}
	r := of(step(events.OpDelete, "churn", "sha256:a"), step(events.OpCreate, "attrition", "sha256:a"))
	require.Len(t, r.Breaking, 1)
	require.Contains(t, r.Breaking[0].Consequence, "attrition is added with the same files: if it is the same model under another name")
	r = of(step(events.OpDelete, "churn", "sha256:a"), step(events.OpCreate, "attrition", "sha256:b"))
	require.NotContains(t, r.Breaking[0].Consequence, "is added with the same")
}

func TestProvidersThatTheEngineMade(t *testing.T) {
	provider := func(op events.Op, name string) events.Step {
		urn := "urn:pulumi:s::p::pulumi:providers:aws::" + name
		r := &resource.Resource{URN: urn, Type: "pulumi:providers:aws", Name: name, Custom: true}
		return events.Step{Op: op, URN: urn, Type: r.Type, Old: r}
	}
	require.Empty(t, of(provider(events.OpDelete, "default_6_83_2")).Breaking, "that of another version takes over")
	require.Len(t, of(provider(events.OpReplace, "default_6_83_2")).Breaking, 1)
	require.Len(t, of(provider(events.OpDelete, "mine")).Breaking, 1)
}

func TestTheCostThatIsAllowed(t *testing.T) {
	p := events.Preview{Stack: "s", CompleteBefore: true, CompleteAfter: true}
	bills := &review.Bills{Before: cost.Bill{Date: "d"}, After: cost.Bill{Date: "d", Items: []cost.Item{{Least: 100 * pricing.Dollar}}}}
	for over, trips := range map[pricing.USD]int{100 * pricing.Dollar: 0, 100*pricing.Dollar - 1: 1} {
		require.Len(t, review.Of(p, bills).Evaluate([]review.Condition{{Kind: review.OnCost, Over: over}}), trips)
	}
}

func TestSecretAndUnknownValuesAreNotShown(t *testing.T) {
	hpa := func(most any) map[string]any {
		return map[string]any{"metadata": map[string]any{"name": "churn"}, "spec": map[string]any{"minReplicas": 1.0, "maxReplicas": most}}
	}
	r := of(updateOf("kubernetes:autoscaling/v2:HorizontalPodAutoscaler", hpa(resource.Secret{Value: "hidden"}), hpa(resource.Unknown{})))
	require.Equal(t, []review.Detail{{What: "maxReplicas of churn", Before: "(secret)", After: "(not known yet)"}}, r.Models[0].Details)
}

// TestReplicasOfKeda tells of the numbers of a model that KEDA scales as of others.
func TestReplicasOfKeda(t *testing.T) {
	scaled := func(least, most float64) map[string]any {
		return map[string]any{"metadata": map[string]any{"name": "churn"},
			"spec": map[string]any{"minReplicaCount": least, "maxReplicaCount": most}}
	}
	r := of(updateOf(keda.Type, scaled(1, 4), scaled(2, 4)))
	require.Equal(t, []review.Detail{{What: "minReplicaCount of churn", Before: "1", After: "2"}}, r.Models[0].Details)
	require.False(t, r.Models[0].Traffic)
}

// TestSettingsThatAPreviewDoesNotShow make a report that is not sure, and one that does not pass for unbroken.
func TestSettingsThatAPreviewDoesNotShow(t *testing.T) {
	log, err := os.ReadFile("events/testdata/prod-unchanged.jsonl")
	require.NoError(t, err)
	var text bytes.Buffer
	require.NoError(t, events.WriteUnseen(&text, []string{"modelway:cluster.deletionProtection: true before, false after"}))
	p, err := events.Read("preview.jsonl", append(text.Bytes(), log...))
	require.NoError(t, err)
	r := review.Of(p, nil)
	require.Equal(t, "prod: 1 changed setting that an offline preview does not show; no other changes", r.Headline)
	require.Contains(t, r.Markdown(review.CommentLimit), "deletionProtection: true before, false after")
	require.Contains(t, r.Markdown(review.CommentLimit), "⚠️")
	conditions := []review.Condition{{Kind: review.OnBreaking}}
	require.Len(t, r.Evaluate(conditions), 1)
	require.Contains(t, r.Evaluate(conditions)[0].Reason, "deletionProtection")
	require.Empty(t, r.Judge(conditions, "the label").Tripped)
}
