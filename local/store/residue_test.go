package store

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/cmd/awsaccount"
	"github.com/modelway/modelway/internal/naming"
	"github.com/modelway/modelway/internal/residue"
	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/platform/ahead"
)

// made is an account with everything that the program makes in AWS of the local stack's settings, in the order in which it registers it. It
// returns what was made, in that order.
func made(t *testing.T, file string) (account *aws.Account, all []*aws.Resource) {
	t.Helper()
	account, err := aws.Open(file)
	require.NoError(t, err)
	account.Delay = 0
	found, err := ahead.LookAtVersion("../..", "../../Pulumi.local.yaml", "1.35")
	require.NoError(t, err)
	real := map[string]string{} // by what the recording made up
	for _, r := range found.Resources {
		if _, err := aws.KindOf(r.Type); err != nil || !r.Custom {
			continue
		}
		text, err := json.Marshal(r.Inputs.Mappable())
		require.NoError(t, err)
		known := slices.SortedFunc(maps.Keys(real), func(a, b string) int { return len(b) - len(a) })
		written := string(text)
		for _, name := range known {
			written = strings.ReplaceAll(written, name, real[name])
		}
		if r.Type == aws.Cluster { // the component that makes it makes its role, too
			role := aws.Properties{"name": "modelway-cluster-eksRole-role", "tags": map[string]any{naming.ClusterTag: "modelway-local"},
				"assumeRolePolicy": `{"Statement":[{"Effect":"Allow","Principal":{"Service":"eks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`}
			require.NoError(t, account.Update(func(s *aws.State) error {
				one, err := s.Create(aws.Role, "role", role)
				require.NoError(t, err)
				attached, err := s.Create(aws.RolePolicyAttachment, "attachment", aws.Properties{"role": one.ID,
					"policyArn": "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"})
				all = append(all, one, attached)
				return err
			}))
		}
		var inputs aws.Properties
		require.NoError(t, json.Unmarshal([]byte(written), &inputs))
		if network, is := inputs["vpcConfig"].(map[string]any); is {
			delete(network, "securityGroupIds") // of a group of the component's own
		}
		require.NoError(t, account.Update(func(s *aws.State) error {
			one, err := s.Create(r.Type, string(r.URN), inputs)
			if err == nil {
				all = append(all, one)
				outputs := one.Outputs()
				for name, value := range r.Outputs.Mappable() {
					is, of := outputs[name].(string)
					if was, text := value.(string); text && of && is != was && len(was) > 6 {
						real[was] = is
					}
				}
				if len(r.ID) > 6 && string(r.ID) != one.ID {
					real[string(r.ID)] = one.ID
				}
			}
			return err
		}), "%s %s", r.Type, written)
	}
	return account, all
}

// controllers adds what the load balancer controller and a pod's node make.
func controllers(t *testing.T, account *aws.Account) {
	t.Helper()
	require.NoError(t, account.Update(func(s *aws.State) error {
		var subnets []string
		for _, r := range s.List(aws.Subnet) {
			if tags, _ := r.Inputs["tags"].(map[string]any); tags["kubernetes.io/role/elb"] != nil {
				subnets = append(subnets, r.ID)
			}
		}
		cluster := s.List(aws.Cluster)[0]
		tags := map[string]string{"elbv2.k8s.aws/cluster": cluster.ID}
		group, err := s.CreateOwned(aws.SecurityGroup, "the controller", aws.Properties{"name": "k8s-a", "description": "of a load balancer",
			"vpcId": s.List(aws.Vpc)[0].ID, "tags": map[string]any{"elbv2.k8s.aws/cluster": cluster.ID}})
		if err != nil {
			return err
		}
		lb, err := s.CreateLoadBalancer("k8s-a", "internet-facing", subnets, []string{group.ID})
		if err != nil {
			return err
		}
		lb.Tags = tags
		_, _, err = s.AttachInterface(subnets[0], "pod models/churn", "pod models/churn")
		return err
	}))
}

// served is a client of a store over an account.
func served(t *testing.T, account *aws.Account) *awsaccount.Account {
	t.Helper()
	root := t.TempDir()
	server, err := Listen(Config{Root: root, Folder: filepath.Join(root, "s3"), Account: account, Log: slog.New(slog.DiscardHandler),
		Review: func(context.Context, string, string) (Subject, error) {
			return Subject{}, errors.New("there are no pods")
		}})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() { over <- server.Serve(ctx) }()
	t.Cleanup(func() { cancel(); <-over })
	return awsaccount.OpenLocal(server.connection)
}

// TestResidueOfAnAccount deletes what the program makes in AWS the other way around, as a destroy does, and stops at ten points. At each,
// whatever is left is found by tags and names in a copy of the account, through the APIs themselves, and deleted, but for what is another
// environment's.
func TestResidueOfAnAccount(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "account.json")
	account, all := made(t, file)
	controllers(t, account)
	const cluster = "modelway-local"
	points := 0
	for n := 0; n < len(all); n++ {
		if n%max(1, len(all)/10) == 0 {
			points++
			requireCleared(t, file, cluster, len(all)-n)
		}
		if n == 0 {
			require.NoError(t, account.Update(func(s *aws.State) error { // the controller goes first
				for arn := range s.LoadBalancers {
					require.NoError(t, s.DeleteLoadBalancer(arn))
				}
				for id, i := range s.Interfaces {
					if strings.HasPrefix(i.Owner, "pod ") {
						s.DetachInterface(id)
					}
				}
				for _, g := range s.List(aws.SecurityGroup) {
					if g.Owner == "the controller" {
						require.NoError(t, s.Delete(aws.SecurityGroup, g.ID))
					}
				}
				return nil
			}))
		}
		last := all[len(all)-1-n]
		require.NoError(t, account.Update(func(s *aws.State) error { return s.Delete(last.Type, last.ID) }), "%s %s", last.Type, last.ID)
	}
	require.GreaterOrEqual(t, points, 10)
}

func requireCleared(t *testing.T, file, cluster string, there int) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	copied := filepath.Join(t.TempDir(), "account.json")
	require.NoError(t, os.WriteFile(copied, text, 0o600))
	account, err := aws.Open(copied)
	require.NoError(t, err)
	account.Delay = 0
	others := map[string]string{}
	require.NoError(t, account.Update(func(s *aws.State) error {
		for typ, inputs := range map[string]aws.Properties{
			aws.Vpc:      {"cidrBlock": "10.99.0.0/16", "tags": map[string]any{naming.ClusterTag: cluster + "-eu"}},
			aws.LogGroup: {"name": "/aws/eks/" + cluster + "-eu/cluster"},
		} {
			one, err := s.Create(typ, "", inputs)
			require.NoError(t, err)
			others[typ] = one.ID
		}
		return nil
	}))
	client := served(t, account)
	found, err := client.Find(t.Context(), residue.Tags(cluster), []string{"modelway-"})
	require.NoError(t, err)
	own := residue.Of(cluster, found)
	require.NoError(t, client.Settle(t.Context(), own))
	for _, thing := range own {
		require.False(t, thing.Going, "%+v is there", thing)
	}
	d := residue.Deletion{Deleter: client, Cluster: cluster, Rounds: 3, Tell: func(residue.Thing) {}}
	left, err := d.Run(t.Context(), own)
	require.NoError(t, err)
	require.Empty(t, left, "%d were there", there)
	require.NoError(t, account.View(func(s *aws.State) error {
		for typ, id := range others {
			require.NotNil(t, s.Get(typ, id), "%s of another environment is gone", typ)
			require.NoError(t, s.Delete(typ, id))
		}
		require.Empty(t, s.Left(), "%d were there, %d were found", there, len(own))
		return nil
	}))
	t.Logf("%d resources of the program were left: %d things are found and gone", there, len(own))
}
