package residue_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/residue"
)

const account = "us-east-1:111122223333:"

// shelf is an account in which some things hold others.
type shelf struct {
	there   map[string]bool
	holds   map[string]string // by what is held
	deleted []string
}

func (s *shelf) Delete(_ context.Context, t residue.Thing) error {
	if holder := s.holds[t.ID]; s.there[holder] {
		return errors.New("held by " + holder)
	}
	delete(s.there, t.ID)
	s.deleted = append(s.deleted, t.ID)
	return nil
}

func arn(service, rest string) string { return "arn:aws:" + service + ":" + account + rest }

func tagged(arn, cluster string) residue.Thing {
	return residue.OfArn(arn, map[string]string{"modelway:cluster": cluster})
}

func TestIdentifiers(t *testing.T) {
	for given, want := range map[string][2]string{
		arn("ec2", "vpc/vpc-1"):                             {"AWS::EC2::VPC", "vpc-1"},
		arn("ec2", "vpc-endpoint/vpce-1"):                   {"AWS::EC2::VPCEndpoint", "vpce-1"},
		arn("eks", "cluster/prod"):                          {"AWS::EKS::Cluster", "prod"},
		arn("eks", "nodegroup/prod/general/1-2"):            {"AWS::EKS::Nodegroup", "prod/general"},
		arn("eks", "fargateprofile/prod/system/1-2"):        {"AWS::EKS::FargateProfile", "prod|system"},
		arn("logs", "log-group:/aws/eks/prod/cluster:*"):    {"AWS::Logs::LogGroup", "/aws/eks/prod/cluster"},
		arn("rds", "db:chain"):                              {"AWS::RDS::DBInstance", "chain"},
		"arn:aws:s3:::bucket":                               {"AWS::S3::Bucket", "bucket"},
		"arn:aws:iam::111122223333:role/path/to/name":       {"AWS::IAM::Role", "name"},
		"arn:aws:iam::111122223333:policy/p":                {"AWS::IAM::ManagedPolicy", "arn:aws:iam::111122223333:policy/p"},
		arn("elasticloadbalancing", "loadbalancer/app/a/1"): {"AWS::ElasticLoadBalancingV2::LoadBalancer", arn("elasticloadbalancing", "loadbalancer/app/a/1")},
		arn("elasticloadbalancing", "targetgroup/a/1"):      {"AWS::ElasticLoadBalancingV2::TargetGroup", arn("elasticloadbalancing", "targetgroup/a/1")},
		arn("newservice", "thing/1"):                        {"", arn("newservice", "thing/1")},
		"no ARN":                                            {"", "no ARN"},
	} {
		got := residue.OfArn(given, nil)
		require.Equal(t, want, [2]string{got.Type, got.ID}, given)
	}
}

func TestOwner(t *testing.T) {
	for _, test := range []struct {
		thing residue.Thing
		why   string
	}{
		{tagged(arn("ec2", "vpc/vpc-1"), "prod"), "tag modelway:cluster"},
		{tagged(arn("ec2", "vpc/vpc-1"), "prod-eu"), ""},
		{residue.Thing{Tags: map[string]string{"elbv2.k8s.aws/cluster": "prod"}}, "tag elbv2.k8s.aws/cluster"},
		{residue.Thing{Tags: map[string]string{"elbv2.k8s.aws/cluster": "prod", "modelway:cluster": "dev"}}, ""},
		{residue.Thing{Tags: map[string]string{"kubernetes.io/cluster/prod": "owned"}}, "tag kubernetes.io/cluster/prod"},
		{residue.Thing{Tags: map[string]string{"kubernetes.io/cluster/prod": "shared"}}, ""},
		{residue.Thing{Type: residue.LogGroup, ID: "/aws/eks/prod/cluster"}, "name /aws/eks/prod/cluster"},
		{residue.Thing{Type: residue.LogGroup, ID: "/aws/eks/prod-eu/cluster"}, ""},
		{residue.Thing{Type: residue.LogGroup, ID: "/aws/eks/prod/cluster", Tags: map[string]string{"eks:cluster-name": "dev"}}, ""},
		{residue.Thing{Type: residue.Alias, ID: "alias/eks/prod"}, "name alias/eks/prod"},
		{residue.Thing{Type: residue.Role, ID: "modelway-prod-node"}, ""},
	} {
		require.Equal(t, test.why, test.thing.Owner("prod"), "%+v", test.thing)
	}
	require.Empty(t, residue.Thing{}.Owner(""), "nothing belongs to no cluster")
}

// things are of two environments, and of nobody.
func things(t *rapid.T) []residue.Thing {
	var all []residue.Thing
	for i := range rapid.IntRange(0, 30).Draw(t, "things") {
		kind := rapid.SampledFrom(residue.Kinds()).Draw(t, "kind")
		thing := residue.Thing{Type: kind.Type, ID: fmt.Sprintf("id-%d", i), Tags: map[string]string{}}
		if kind.Type == residue.Attachment || kind.Type == residue.Ingress || kind.Type == residue.Egress {
			thing.Parent = fmt.Sprintf("id-%d", rapid.IntRange(0, 30).Draw(t, "network"))
		}
		if kind.Type == residue.LogGroup {
			thing.ID = rapid.SampledFrom([]string{"/aws/eks/prod/a", "/aws/eks/prod-2/a", "/aws/eks/other/a"}).Draw(t, "log group") +
				fmt.Sprint(i)
		}
		for _, key := range rapid.SliceOfDistinct(rapid.SampledFrom([]string{"modelway:cluster", "elbv2.k8s.aws/cluster", "eks:cluster-name",
			"cluster.k8s.amazonaws.com/name", "team"}), rapid.ID).Draw(t, "tags") {
			thing.Tags[key] = rapid.SampledFrom([]string{"prod", "prod-2", "other", ""}).Draw(t, key)
		}
		all = append(all, thing)
	}
	return all
}

// TestOthersStay gives everything in an account to a deletion: nothing that carries the name of another environment goes, nothing that a state
// knows, nothing with data unless that is said, and nothing that Of would not list.
func TestOthersStay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := things(t)
		state, known := `{"version":3,"deployment":{"resources":[`, map[string]bool{}
		for i, thing := range all {
			if rapid.IntRange(0, 4).Draw(t, "known") == 0 {
				if len(known) > 0 {
					state += ","
				}
				known[thing.ID] = true
				state += fmt.Sprintf(`{"type":"t","custom":true,"id":%q}`, all[i].ID)
			}
		}
		parsed, err := residue.ParseState([]byte(state + "]}}"))
		require.NoError(t, err)
		account := &shelf{}
		d := residue.Deletion{Deleter: account, Known: parsed, Cluster: "prod", Data: rapid.Bool().Draw(t, "data"), Tell: func(residue.Thing) {}}
		gone := map[string]bool{}
		d.Tell = func(thing residue.Thing) { gone[thing.Type+" "+thing.ID] = true }
		left, err := d.Run(t.Context(), all)
		require.NoError(t, err)
		own := map[string]bool{}
		for _, thing := range residue.Of("prod", all) {
			own[thing.Type+" "+thing.ID] = true
		}
		for _, thing := range all {
			name := thing.Type + " " + thing.ID
			if !gone[name] {
				continue
			}
			require.True(t, own[name], "%+v is not the environment's", thing)
			require.False(t, known[thing.ID], "the state knows %+v", thing)
			require.False(t, known[thing.Parent], "the state knows what %+v is part of", thing)
			require.False(t, thing.Kind().Data && !d.Data, "%+v holds data", thing)
			for _, other := range []string{"prod-2", "other"} {
				require.NotEqual(t, other, thing.Tags["modelway:cluster"], "%+v", thing)
			}
		}
		require.Len(t, left, len(all)-countOf(all, gone))
	})
}

func countOf(all []residue.Thing, gone map[string]bool) (n int) {
	for _, thing := range all {
		if gone[thing.Type+" "+thing.ID] {
			n++
		}
	}
	return n
}

func TestWhatIsHeldIsTriedAgain(t *testing.T) {
	all := []residue.Thing{tagged(arn("ec2", "security-group/sg-1"), "prod"), tagged(arn("ec2", "subnet/subnet-1"), "prod"),
		tagged(arn("ec2", "vpc/vpc-1"), "prod")}
	account := &shelf{there: map[string]bool{"sg-1": true, "subnet-1": true, "vpc-1": true}, holds: map[string]string{"sg-1": "vpc-1"}}
	d := residue.Deletion{Deleter: account, Cluster: "prod", Rounds: 2, Tell: func(residue.Thing) {}}
	left, err := d.Run(t.Context(), all)
	require.NoError(t, err)
	require.Empty(t, left)
	require.Equal(t, []string{"subnet-1", "vpc-1", "sg-1"}, account.deleted)

	account = &shelf{there: map[string]bool{"sg-1": true, "subnet-1": true, "vpc-1": true, "eni": true},
		holds: map[string]string{"subnet-1": "eni", "vpc-1": "subnet-1"}}
	d.Deleter = account
	left, err = d.Run(t.Context(), all)
	require.NoError(t, err)
	require.Len(t, left, 2)
	require.EqualError(t, left[0].Why, "held by eni")
}

func TestDeletionEndsWithItsTime(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	d := residue.Deletion{Deleter: &shelf{}, Cluster: "prod", Rounds: 1000, Tell: func(residue.Thing) {}}
	left, err := d.Run(ctx, []residue.Thing{tagged(arn("ec2", "vpc/vpc-1"), "prod")})
	require.ErrorIs(t, err, context.Canceled)
	require.Len(t, left, 1)
}

func TestStates(t *testing.T) {
	for _, text := range []string{"", "{}", "[]", `{"version":3}`, `{"deployment":{}}`, "null", "no JSON"} {
		_, err := residue.ParseState([]byte(text))
		require.Error(t, err, text)
	}
	s, err := residue.ParseState([]byte(`{"version":3,"deployment":{"resources":[
		{"type":"pulumi:pulumi:Stack","custom":false},
		{"type":"aws:ec2/vpc:Vpc","custom":true,"id":"vpc-1","outputs":{"arn":"arn:vpc"}},
		{"type":"aws:rds/instance:Instance","custom":true,"id":"db-ABC","outputs":{"identifier":"chain"}}],
		"pending_operations":[{"resource":{"type":"aws:s3/bucketV2:BucketV2","custom":true,"id":"","inputs":{"bucket":"logs"}}}]}}`))
	require.NoError(t, err)
	require.Equal(t, 3, s.Resources)
	for _, thing := range []residue.Thing{{ID: "vpc-1"}, {Arn: "arn:vpc"}, {ID: "chain"}, {ID: "logs"}} {
		require.True(t, s.Knows(thing), "%+v", thing)
	}
	require.False(t, s.Knows(residue.Thing{ID: "vpc-2"}))
	require.NoError(t, s.Check("prod"))
	s, err = residue.ParseState([]byte(`{"version":3,"deployment":{"resources":[{"type":"aws:eks/cluster:Cluster","custom":true,"id":"prod"}]}}`))
	require.NoError(t, err)
	require.ErrorContains(t, s.Check("prod"), "fix: pulumi destroy --stack prod")
}
