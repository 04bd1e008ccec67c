package platform

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/cost"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/network"
	"github.com/modelway/modelway/internal/recorder"
)

func withCertificate(c *config.Config) {
	lb := c.LoadBalancers["public"]
	lb.CertificateArns = []string{"arn:aws:acm:us-east-1:111122223333:certificate/11111111-2222-3333-4444-555555555555"}
	lb.Listeners = []config.Listener{{Protocol: alb.HTTPS, Port: 443}, {Protocol: alb.HTTP, Port: 80}}
	c.LoadBalancers["public"] = lb
}

// TestYaceComesWithTheMonitoring wants a role that reads, a place beside Prometheus, its price, its image from the mirror, and ways to what
// it calls.
func TestYaceComesWithTheMonitoring(t *testing.T) {
	const mirror = "111122223333.dkr.ecr.us-east-1.amazonaws.com/mirror"
	r := recordStored(t, measured(withCertificate, func(c *config.Config) {
		c.Network.NatGateways, c.Network.InterfaceEndpoints, c.Images.Mirror = network.NatNone, []string{network.EndpointsPrivate}, mirror
	}))
	release := r.Find(t, "kubernetes:helm.sh/v3:Release", "modelway-yace-release")
	require.Equal(t, []any{"monitoring", mirror}, []any{release.Input("namespace"), release.Input("values.image.registry")})
	require.NotNil(t, release.Input(`values.serviceAccount.annotations["eks.amazonaws.com/role-arn"]`), "Fargate has no Pod Identity")
	require.Equal(t, false, release.Input("values.serviceAccount.automountServiceAccountToken"), "it does not call the API server")
	require.Contains(t, r.Find(t, "aws:iam/role:Role", "modelway-yace-role-role").Input("assumeRolePolicy"),
		"system:serviceaccount:monitoring:yace")
	require.Contains(t, release.Input("values.config"), "certificate/11111111-2222-3333-4444-555555555555")
	for _, profile := range r.OfType("aws:eks/fargateProfile:FargateProfile") {
		require.NotContains(t, profile.Name, addons.YaceKey, "Prometheus's profile takes the namespace")
	}
	var services []string
	for _, endpoint := range r.OfType("aws:ec2/vpcEndpoint:VpcEndpoint") {
		services = append(services, endpoint.Input("serviceName").(string))
	}
	require.Subset(t, services, []string{"com.amazonaws.us-east-1.monitoring", "com.amazonaws.us-east-1.tagging"})
	scraped := r.Find(t, scrapeType, "modelway-measuring-scrape-yace")
	require.Equal(t, "monitoring", scraped.Input("spec.kubernetesSDConfigs[0].namespaces.names[0]"))

	bill := cost.Of(r.Set(), recorder.DefaultRegion, time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
	var billed []string
	for _, item := range bill.Items {
		if item.Component == addons.YaceKey {
			arithmetic, _, _ := strings.Cut(item.Arithmetic, " x ")
			billed = append(billed, item.What+": "+arithmetic)
		}
	}
	require.Equal(t, []string{"Fargate pod, 0.25 vCPU, 0.5 GB: 1"}, billed)
	require.Contains(t, bill.NotCounted, "values that YACE asks CloudWatch for: an estimate is 9 thousand a month, of 0 target groups with two "+
		"metrics each and 1 certificate every 300 seconds")
}

// TestWithoutYaceNothingOfItIsThere keeps environments without KServe and without a certificate as they are.
func TestWithoutYaceNothingOfItIsThere(t *testing.T) {
	for _, resource := range recordStored(t, measured()).Resources {
		require.NotRegexp(t, "yace", resource.Name+resource.Type)
	}
}

// TestYaceAsksForModelsThatDoNotCount wants the target groups of scikit-learn's versions by the tag that the controller makes of the
// Ingress and the Service that are registered, the same in the inventory of the rules, and none of the model whose server counts.
func TestYaceAsksForModelsThatDoNotCount(t *testing.T) {
	t.Cleanup(tryKServe())
	args := filesArgs(modelspec.ComputeFargate, modelspec.StorageNone)
	args.Models = append(args.Models, stored().Models...)
	measured()(&args.Config)
	r := recorder.Run(t, program(args), withZones())
	release := r.Find(t, "kubernetes:helm.sh/v3:Release", "modelway-yace-release")
	require.Equal(t, 60.0, release.Input(`values.extraArgs["scraping-interval"]`))
	asked, rules := release.Input("values.config").(string), ""
	for _, object := range r.OfType("kubernetes:" + monitoring.RuleVersion + ":" + monitoring.RuleKind) {
		rules += fmt.Sprint(object.Input("spec"))
	}
	ingresses := 0
	for _, ingress := range r.OfType("kubernetes:networking.k8s.io/v1:Ingress") {
		name, _ := ingress.Input("metadata.name").(string)
		if ingress.Input("metadata.namespace") != "models" {
			continue
		}
		counts := !strings.HasPrefix(name, "filed")
		for _, service := range []string{"filed-predictor", "filed-canary-predictor", "stored"} {
			group := "models/" + name + "-" + service + ":80"
			wanted := !counts && service != "stored"
			require.Equal(t, wanted, strings.Contains(asked, group), group)
			require.Equal(t, wanted, strings.Contains(rules, group), group)
		}
		ingresses++
	}
	require.Equal(t, 2, ingresses)
	require.Equal(t, addons.Counted{TargetGroups: 2}, addons.CountQuestions(asked))
}
