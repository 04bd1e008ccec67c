package nodes

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes/fake"

	"github.com/modelway/modelway/local/aws"
)

const fleetPods = 1000

// fleet is two Fargate nodes with many pods that run nothing, whose passes a test makes itself.
type fleet struct {
	*machines
	api *fake.Clientset
}

func newFleet(t testing.TB) *fleet {
	watch.DefaultChanSize = 10 * fleetPods // a fake panics over an event too many
	account := testAccount(t)
	edit(t, account, func(s *aws.State) {
		for index, zone := range []string{"a", "b"} {
			put(s, aws.Subnet, "subnet-"+zone, aws.Properties{"availabilityZone": "us-east-1" + zone, "cidrBlock": fmt.Sprintf("10.%d.0.0/16", 98+
				index)})
		}
		put(s, aws.FargateProfile, "c:models", aws.Properties{"clusterName": "c", "fargateProfileName": "models", "subnetIds": []any{"subnet-a",
			"subnet-b"},
			"selectors": []any{map[string]any{"namespace": "models"}}})
	})
	var pods []runtime.Object
	for n := range fleetPods {
		pod := modelPod(fmt.Sprintf("m%d", n), "example.com/other:1")
		pod.Namespace, pod.UID, pod.Spec.NodeName = "models", types.UID(pod.Name), "fargate-c-us-east-1"+string("ab"[n%2])
		pod.Labels[fargateProfileLabel] = "models"
		pods = append(pods, pod)
	}
	f := &fleet{api: fake.NewSimpleClientset(pods...)}
	f.machines = newMachines(t.Context(), Config{Account: account, LogDir: t.TempDir(), PodDir: t.TempDir(),
		Log: slog.New(slog.DiscardHandler)}, f.api)
	return f
}

func (f *fleet) pass(t testing.TB) {
	require.NoError(t, f.followAccount(t.Context()))
	f.syncPods(t.Context())
}

// settle makes passes until every pod is ready and nothing is left to do.
func (f *fleet) settle(t testing.TB) (passes int) {
	for ready := 0; ready < fleetPods || f.done.changes != f.changes.Load(); passes++ {
		f.pass(t)
		time.Sleep(pollPeriod)
		list, err := f.pods.List(labels.Everything())
		require.NoError(t, err)
		ready = 0
		for _, pod := range list {
			if conditionTrue(pod.Status, corev1.PodReady) {
				ready++
			}
		}
	}
	return passes
}

func TestAThousandPods(t *testing.T) {
	f := newFleet(t)
	before, err := f.Account.Snapshot()
	require.NoError(t, err)
	passes := f.settle(t)
	after, err := f.Account.Snapshot()
	require.NoError(t, err)
	require.Len(t, after.Interfaces, fleetPods)
	require.LessOrEqual(t, after.Serial-before.Serial, uint64(passes), "one change of the account for all pods of a pass")
	patches := 0
	for _, action := range f.api.Actions() {
		if action.Matches("patch", "pods") {
			patches++
		}
	}
	require.Equal(t, fleetPods, patches, "a pod that runs nothing is told of once")

	f.api.ClearActions()
	f.pass(t)
	require.Empty(t, f.api.Actions(), "nothing changed")

	require.NoError(t, f.api.CoreV1().Pods("models").Delete(t.Context(), "m7", metav1.DeleteOptions{}))
	eventually(t, "release of the interface", func() bool {
		f.pass(t)
		state, err := f.Account.Snapshot()
		require.NoError(t, err)
		return len(state.Interfaces) == fleetPods-1 && len(f.running) == fleetPods-1
	})
}

func BenchmarkPass(b *testing.B) {
	f := newFleet(b)
	f.settle(b)
	b.Run("unchanged", func(b *testing.B) {
		for b.Loop() {
			f.pass(b)
		}
	})
	b.Run("changed", func(b *testing.B) {
		for b.Loop() {
			f.changes.Add(1)
			f.pass(b)
		}
	})
}
