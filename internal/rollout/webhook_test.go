package rollout

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWebhooksNameTheModelAndWhatToDo(t *testing.T) {
	in := func(folder string) func(string) string {
		return func(model string) string { return folder + "/" + model + ".yaml" }
	}
	const denied = `churn-canary-inference-service: resource "urn:pulumi:local::modelway::modelway:platform:Platform$kubernetes:serving.kserve.io/v1beta1:` +
		`InferenceService::churn-canary-inference-service" was not successfully created by the Kubernetes API server: admission webhook ` +
		`"inferenceservice.kserve-webhook-server.validator" denied the request: 'MinReplicas' cannot be greater than MaxReplicas.`
	require.Equal(t, "Model churn (models/risk/churn.yaml): KServe refuses its InferenceService: 'MinReplicas' cannot be greater than MaxReplicas. "+
		"Correct the file; where somebody else made an InferenceService of this name, `kubectl -n scoring delete inferenceservice churn-canary` makes room",
		Webhooks("up of stack local failed: "+denied+"\n"+denied, in("models/risk"), "scoring"))

	const silent = `Internal error occurred: failed calling webhook "inferenceservice.kserve-webhook-server.defaulter": failed to call webhook: ` +
		`Post "https://kserve-webhook-server-service.kserve.svc:443/mutate-serving-kserve-io-v1beta1-inferenceservice?timeout=10s": context deadline exceeded`
	require.Equal(t, "Model churn (files/churn.yaml): the webhook of Service kserve/kserve-webhook-server-service did not answer: context deadline "+
		"exceeded. See its pods: `kubectl -n kserve get pods`", Webhooks("churn-inference-service: 1 error occurred:\n\t* "+silent+
		"\n", in("files"), "models"))
	require.Equal(t, "the webhook of Service kserve/kserve-webhook-server-service did not answer: context deadline exceeded. See its pods: "+
		"`kubectl -n kserve get pods`", Webhooks("churn-inference-service: timed out\nmodelway-kserve-serving-modelway: "+silent, in("models"), "models"))
	require.Empty(t, Webhooks("churn-deployment: timed out", in("models"), "models"))
}
