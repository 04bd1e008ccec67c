package platform

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/gitops"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/plan"
	"github.com/modelway/modelway/internal/recorder"
	model "github.com/modelway/modelway/k8s/model"
)

const applicationType = "kubernetes:argoproj.io/v1alpha1:Application"

// deliveredBy is a platform whose models are delivered in a way.
func deliveredBy(delivery string, was plan.Delivered) PlatformArgs {
	args := stored(func(c *config.Config) {
		c.Argocd.Enabled = true
		c.Models.Delivery = delivery
		if gitops.ByArgoCD(delivery) {
			c.Models.Git.Repository = "https://github.com/company/platform.git"
		}
	})
	args.Previous.Delivery = was
	return args
}

func recordDelivered(t *testing.T, delivery string, was plan.Delivered) *recorder.Recording {
	t.Helper()
	args := deliveredBy(delivery, was)
	return recorder.Run(t, program(&args), withZones())
}

// objectsOf are the objects of a model in the cluster, without its service account.
func objectsOf(t *testing.T, r *recorder.Recording, name string) (objects []*recorder.Resource) {
	t.Helper()
	for _, child := range r.Children(r.Find(t, model.Token, name).URN) {
		if strings.HasPrefix(child.Type, "kubernetes:") && child.Type != "kubernetes:core/v1:ServiceAccount" {
			objects = append(objects, child)
		}
	}
	return objects
}

// TestArgoCDDeliversModels wants of the program an Application for each model, its identity, and nothing else of it. What Argo CD needs, and
// what the objects need to be deleted, outlives the Applications and the namespace.
func TestArgoCDDeliversModels(t *testing.T) {
	r := recordDelivered(t, gitops.ArgoCD, plan.Delivered{})
	require.Empty(t, objectsOf(t, r, "stored"))
	application := r.Find(t, applicationType, "stored-application")
	require.Equal(t, "rendered/test/models", application.Input("spec.source.path"))
	require.Equal(t, "stored.yaml", application.Input("spec.source.directory.include"))
	require.NotContains(t, application.Inputs.Mappable()["metadata"], "finalizers", "its end would end the model")
	namespace := r.Find(t, "kubernetes:core/v1:Namespace", "modelway-models-namespace")
	controller := r.Find(t, "kubernetes:helm.sh/v3:Release", "modelway-controller-release")
	require.True(t, namespace.DependsDirectly(controller.URN), "Ingresses in it have finalizers of the controller")
	for _, needed := range []*recorder.Resource{
		namespace, controller, r.Find(t, "kubernetes:helm.sh/v3:Release", "modelway-argocd-release"),
		r.Find(t, "kubernetes:core/v1:ServiceAccount", "stored-account"),
		r.Find(t, "kubernetes:argoproj.io/v1alpha1:AppProject", "modelway-delivery-project"),
	} {
		require.True(t, application.DependsDirectly(needed.URN), needed.Name)
	}
}

// TestHandOver wants everything made by both, and nothing of it deleted when the program lets go.
func TestHandOver(t *testing.T) {
	r := recordDelivered(t, gitops.HandOver, plan.Delivered{})
	objects := objectsOf(t, r, "stored")
	require.NotEmpty(t, objects)
	for _, o := range objects {
		require.True(t, o.RetainOnDelete, o.Name)
		require.Equal(t, "true", o.Input(`metadata.annotations["`+gitops.Force+`"]`), o.Name)
	}
	require.False(t, r.Find(t, "kubernetes:core/v1:ServiceAccount", "stored-account").RetainOnDelete)
	automated := r.Find(t, applicationType, "stored-application").Input("spec.syncPolicy.automated")
	require.Equal(t, map[string]any{"prune": false, "selfHeal": false, "allowEmpty": false}, automated)

	alone := recordDelivered(t, gitops.Pulumi, plan.Delivered{Models: gitops.HandOver, Shared: true})
	require.Empty(t, alone.OfType(applicationType))
	for _, o := range objectsOf(t, alone, "stored") {
		require.True(t, o.RetainOnDelete, "a run that ends half-way may be followed by one that goes back: "+o.Name)
		require.Equal(t, "true", o.Input(`metadata.annotations["`+gitops.Force+`"]`), "Argo CD's fields are taken: "+o.Name)
	}
	for _, o := range objectsOf(t, recordDelivered(t, gitops.Pulumi, plan.Delivered{}), "stored") {
		require.Nil(t, o.Input(`metadata.annotations["`+gitops.Force+`"]`), o.Name)
	}
}

// TestNothingEndsInAHandOver refuses to end what nobody would remove. Of canaries that Argo CD alone has delivered since the last deployment
// nothing is known.
func TestNothingEndsInAHandOver(t *testing.T) {
	canary := modelspec.Model{Name: "stored", Canary: modelspec.Canary{Image: "a:2"}}
	for _, c := range []struct{ was, is, says string }{
		{gitops.Pulumi, gitops.HandOver, "from pulumi to handover"},
		{gitops.HandOver, gitops.HandOver, "from handover to handover"},
		{gitops.ArgoCD, gitops.HandOver, "from argocd to handover"},
		{gitops.HandOver, gitops.Pulumi, "from handover to pulumi"},
		{gitops.HandOver, gitops.ArgoCD, ""},
		{gitops.Pulumi, gitops.Pulumi, ""},
		{"", gitops.HandOver, ""}, // a rendering
	} {
		args := deliveredBy(c.is, plan.Delivered{Models: c.was})
		args.Previous.Models = map[string]modelspec.Model{"stored": canary, "gone": {Name: "gone"}}
		_, _, err := plan.Preflight(args.Config, args.Models, args.Previous)
		if c.says == "" {
			require.NoError(t, err, "%+v", c)
			continue
		}
		require.ErrorContains(t, err, "modelway:models.delivery: model gone ends in the step "+c.says)
		if text := "the canary of model stored ends in the step " + c.says; c.was == gitops.ArgoCD {
			require.NotContains(t, err.Error(), text)
		} else {
			require.ErrorContains(t, err, text)
		}
		args.Previous.Models = map[string]modelspec.Model{"stored": {}}
		_, _, err = plan.Preflight(args.Config, args.Models, args.Previous)
		require.NoError(t, err, "%+v", c)
	}
}

// TestDeliveryIsChangedInTwoSteps refuses what would delete the models of an environment.
func TestDeliveryIsChangedInTwoSteps(t *testing.T) {
	for _, c := range []struct {
		was, is string
		models  bool
		refused bool
	}{
		{"", gitops.ArgoCD, true, true},
		{gitops.Pulumi, gitops.ArgoCD, true, true},
		{gitops.ArgoCD, gitops.Pulumi, true, true},
		{gitops.Pulumi, gitops.ArgoCD, false, false},
		{gitops.Pulumi, gitops.HandOver, true, false},
		{gitops.HandOver, gitops.ArgoCD, true, false},
		{gitops.ArgoCD, gitops.HandOver, true, false},
		{gitops.HandOver, gitops.Pulumi, true, false},
		{gitops.ArgoCD, gitops.ArgoCD, true, false},
	} {
		args := deliveredBy(c.is, plan.Delivered{Models: c.was})
		if c.models {
			args.Previous.Models = map[string]modelspec.Model{"stored": {}}
		}
		_, _, err := plan.Preflight(args.Config, args.Models, args.Previous)
		if c.refused {
			require.ErrorContains(t, err, "set it to handover", "%+v", c)
		} else {
			require.NoError(t, err, "%+v", c)
		}
	}
}
