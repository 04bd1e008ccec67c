package platform

import (
	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/recorder"
)

var (
	kserveObject = named(isType("kubernetes:"+kserve.RuntimeVersion+":ClusterServingRuntime", "kubernetes:"+kserve.RuntimeVersion+":ClusterStorageContainer",
		"kubernetes:apps/v1:DeploymentPatch", "kubernetes:policy/v1:PodDisruptionBudget"), "-kserve-serving-")
	certManager = releaseOf(addons.CertManagerKey)
)

// kserveRules are the edges without which KServe, or what it needs, could go before a model whose finalizer only KServe removes.
var kserveRules = []rule{
	{"a model with files goes before what KServe serves it with", inferenceService, kserveObject, nil},
	{"a model with files goes before cert-manager", inferenceService, certManager, nil},
	{"a model with files goes before the routes to AWS", inferenceService, routes, nil},
	{"what KServe serves with goes before KServe", kserveObject, kserveRelease, nil},
	{"KServe's runtimes go before its controller", releaseOf(addons.KServeRuntimesKey), releaseOf(addons.KServeKey), nil},
	{"KServe's controller goes before its definitions", releaseOf(addons.KServeKey), releaseOf(addons.KServeDefinitionsKey), nil},
	{"KServe's controller goes before cert-manager", releaseOf(addons.KServeKey), certManager, nil},
	{"KServe's definitions go before cert-manager", releaseOf(addons.KServeDefinitionsKey), certManager, nil},
	{"KServe's definitions go before the namespace", releaseOf(addons.KServeDefinitionsKey), named(isType("kubernetes:core/v1:Namespace"), "-"+addons.KServeDefinitionsKey+"-"), nil},
}

// releaseOf is the release of a row.
func releaseOf(key string) func(*recorder.Resource) bool {
	return named(anyRelease, "-"+key+"-release")
}
