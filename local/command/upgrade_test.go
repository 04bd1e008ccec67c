package command

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modelway/modelway/internal/review"
	"github.com/modelway/modelway/internal/review/events"
	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/engine"
)

// carriers are the types of what a request, or the pod that answers it, goes through or stands on.
var carriers = []string{
	"aws:acm/certificate:Certificate",
	"aws:ec2/eip:Eip",
	"aws:ec2/internetGateway:InternetGateway",
	"aws:ec2/natGateway:NatGateway",
	"aws:ec2/route:Route",
	"aws:ec2/routeTable:RouteTable",
	"aws:ec2/routeTableAssociation:RouteTableAssociation",
	"aws:ec2/subnet:Subnet",
	"aws:ec2/vpc:Vpc",
	"aws:eks/cluster:Cluster",
	"aws:eks/fargateProfile:FargateProfile",
	"aws:eks/nodeGroup:NodeGroup",
	"aws:route53/record:Record",
	"kubernetes:apps/v1:Deployment",
	"kubernetes:core/v1:Namespace",
	"kubernetes:core/v1:Service",
	"kubernetes:elbv2.k8s.aws/v1beta1:IngressClassParams",
	"kubernetes:helm.sh/v3:Release",
	"kubernetes:networking.k8s.io/v1:Ingress",
	"kubernetes:networking.k8s.io/v1:IngressClass",
}

// holders are the types that hold data, or an identity that others rely on: no upgrade replaces or deletes them.
var holders = []string{
	"aws:budgets/budget:Budget",
	"aws:cloudwatch/logGroup:LogGroup",
	"aws:ecr/repository:Repository",
	"aws:iam/policy:Policy",
	"aws:iam/role:Role",
	"aws:kms/key:Key",
	"aws:s3/bucketV2:BucketV2",
}

// untold are the resources that carry traffic, that a preview would replace or delete, and that its report does not name.
func untold(steps []events.Step, r review.Report) (faults []string) {
	for _, s := range steps {
		if s.Op != events.OpReplace && s.Op != events.OpDelete || !slices.Contains(carriers, s.Type) {
			continue
		}
		breaking := slices.ContainsFunc(r.Breaking, func(b review.Break) bool { return b.URN == s.URN })
		ofModel := strings.Contains(s.URN, "modelway:model:Model$") && slices.ContainsFunc(r.Models, func(m review.ModelChange) bool {
			return m.Traffic && strings.HasPrefix(s.URN[strings.LastIndex(s.URN, "::")+2:], m.Model+"-")
		})
		if !breaking && !ofModel {
			faults = append(faults, fmt.Sprintf("%s of %s is neither among the breaking changes of the report nor among what changes for a model",
				s.Op, s.URN))
		}
	}
	return faults
}

// TestUntold requires a report that leaves a replacement out found out.
func TestUntold(t *testing.T) {
	const urn = "urn:pulumi:dev::modelway::aws:ec2/subnet:Subnet::a"
	replaced := []events.Step{{Op: events.OpReplace, URN: urn, Type: "aws:ec2/subnet:Subnet"}}
	require.Len(t, untold(replaced, review.Report{}), 1)
	require.Empty(t, untold(replaced, review.Report{Breaking: []review.Break{{URN: urn}}}))
	const ingress = "urn:pulumi:dev::modelway::modelway:model:Model$kubernetes:networking.k8s.io/v1:Ingress::churn-ingress"
	deleted := []events.Step{{Op: events.OpDelete, URN: ingress, Type: "kubernetes:networking.k8s.io/v1:Ingress"}}
	require.Len(t, untold(deleted, review.Report{}), 1)
	require.Empty(t, untold(deleted, review.Report{Models: []review.ModelChange{{Model: "churn", Traffic: true}}}))
	replaced[0].Op = events.OpUpdate
	require.Empty(t, untold(replaced, review.Report{}))
}

// standing is what carries traffic, by what it is and by the identity that a replacement changes.
func (s *stack) standing() map[string]bool {
	s.t.Helper()
	all := map[string]bool{}
	account, err := aws.Open(s.c.Account())
	require.NoError(s.t, err)
	require.NoError(s.t, account.View(func(state *aws.State) error {
		for _, typ := range carriers {
			for _, r := range state.List(typ) {
				all[r.URN+" "+r.ID] = true
			}
		}
		for arn := range state.LoadBalancers {
			all[arn] = true
		}
		return nil
	}))
	client, err := s.status.Client()
	require.NoError(s.t, err)
	ctx, every := s.t.Context(), metav1.ListOptions{}
	deployments, err := client.AppsV1().Deployments("").List(ctx, every)
	require.NoError(s.t, err)
	for _, o := range deployments.Items {
		all["deployment "+o.Namespace+"/"+o.Name+" "+string(o.UID)] = true
	}
	services, err := client.CoreV1().Services("").List(ctx, every)
	require.NoError(s.t, err)
	for _, o := range services.Items {
		all["service "+o.Namespace+"/"+o.Name+" "+string(o.UID)] = true
	}
	ingresses, err := client.NetworkingV1().Ingresses("").List(ctx, every)
	require.NoError(s.t, err)
	for _, o := range ingresses.Items {
		all["ingress "+o.Namespace+"/"+o.Name+" "+string(o.UID)] = true
	}
	return all
}

// keptWhole are the revisions whose environments are brought up to date without a replacement: today's program makes the same of them.
var keptWhole = []string{"21cc593"}

// TestUpgradeFromThePast brings environments that earlier programs left up to date with today's program. What carries traffic stays, or the
// report of the preview has said so; and afterwards there is nothing left to change. A sample leaves dev out, which has parts of what prod
// has.
func TestUpgradeFromThePast(t *testing.T) {
	t.Parallel()
	stored, err := filepath.Glob("testdata/past/*.json.gz")
	require.NoError(t, err)
	require.NotEmpty(t, stored)
	if !whole(t) {
		stored = slices.DeleteFunc(stored, func(file string) bool { return strings.Contains(file, "dev-") })
	}
	for _, file := range stored {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json.gz"), func(t *testing.T) {
			t.Parallel()
			s := start(t)
			left := s.readPast(file)
			project := s.restore(left)
			requireUpgrade(t, s, project, slices.Contains(keptWhole, left.Revision))
			if project.Stack == localStack {
				require.NoError(t, engine.Destroy(t.Context(), project, s.progress()))
			}
		})
	}
}

// requireTrueOfLoadBalancers requires a load balancer gone where the report says that its DNS name changes, and none gone where it does
// not.
func requireTrueOfLoadBalancers(t *testing.T, r review.Report, gone map[string]bool) {
	t.Helper()
	told := slices.ContainsFunc(r.Breaking, func(b review.Break) bool { return strings.Contains(b.Consequence, "its DNS name changes") })
	lost := slices.ContainsFunc(slices.Collect(maps.Keys(gone)), func(what string) bool {
		return strings.Contains(what,
			":loadbalancer/app/")
	})
	require.Equal(t, told, lost, "the report against what became of the load balancer: %v", slices.Sorted(maps.Keys(gone)))
}

func requireUpgrade(t *testing.T, s *stack, project engine.Project, whole bool) {
	t.Helper()
	// The controller of this machine adopts the load balancers, which are in the account, for the Ingresses, which are new to it.
	before := s.standing()
	p, err := events.Read("preview", s.previewOf(project))
	require.NoError(t, err)
	require.NotEmpty(t, p.Steps)
	r := review.Of(p, nil)
	t.Logf("%s\n%s", r.Headline, r.Markdown(review.CommentLimit))
	require.Empty(t, untold(p.Steps, r))
	for _, s := range p.Steps {
		unused := s.Op == events.OpDelete && strings.Contains(s.URN, "-instanceRole-")
		require.False(t, whole && s.Op == events.OpReplace, "%s of %s: %v", s.Op, s.URN, s.Diffs)
		require.True(t, unused || s.Op != events.OpReplace && s.Op != events.OpDelete || !slices.Contains(holders, s.Type), "%s of %s", s.Op,
			s.URN)
	}

	_, err = engine.Up(t.Context(), project, s.progress())
	require.NoError(t, err)
	after := s.standing()
	gone := maps.Clone(before)
	maps.DeleteFunc(gone, func(what string, _ bool) bool { return after[what] })
	for what := range gone {
		require.NotEmpty(t, r.Breaking, "%s is gone, and the report says that nothing breaks", what)
	}
	requireTrueOfLoadBalancers(t, r, gone)
	t.Logf("%d carry traffic, %d of them are gone: %v", len(before), len(gone), slices.Sorted(maps.Keys(gone)))

	// The Kubernetes provider may keep an Ingress as it was before the update: its wait takes the first object that the API server's cache
	// shows, and that one has an address already (provider/v4/pkg/await/ingress.go).
	require.NoError(t, engine.Refresh(t.Context(), project, s.progress()))
	again, err := events.Read("preview", s.previewOf(project))
	require.NoError(t, err)
	for _, step := range again.Steps {
		require.False(t, step.Op.Changes(), "after the upgrade, a preview would still %s %s: %v", step.Op, step.URN, step.Diffs)
	}
}
