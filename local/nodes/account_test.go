package nodes

import (
	"fmt"
	"net"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modelway/modelway/local/aws"
)

// TestAddressesOfAnotherCheckoutArePassedOver takes the loopback counterparts of the first addresses of a subnet.
func TestAddressesOfAnotherCheckoutArePassedOver(t *testing.T) {
	account, err := aws.Open(filepath.Join(t.TempDir(), "account.json"))
	require.NoError(t, err)
	var subnet string
	require.NoError(t, account.Update(func(state *aws.State) error {
		vpc, err := state.Create(aws.Vpc, "urn:vpc", aws.Properties{"cidrBlock": "10.213.0.0/16"})
		require.NoError(t, err)
		made, err := state.Create(aws.Subnet, "urn:subnet", aws.Properties{"vpcId": vpc.ID, "cidrBlock": "10.213.7.0/24",
			"availabilityZone": "us-east-1a"})
		require.NoError(t, err)
		subnet = made.ID
		return nil
	}))
	const port = 18080
	for _, last := range []int{4, 5, 6} { // AWS keeps the first four
		l, err := net.Listen("tcp", fmt.Sprintf("127.213.7.%d:%d", last, port))
		require.NoError(t, err)
		defer l.Close()
	}
	m := &machines{Config: Config{Account: account}}
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "models", Name: "churn", UID: "1"}}
	address, err := m.attach(subnet, pod, []int32{port})
	require.NoError(t, err)
	require.Equal(t, "10.213.7.7", address)
	require.NoError(t, account.View(func(state *aws.State) error {
		require.Len(t, state.Interfaces, 1, "the addresses that were passed over are free again")
		return nil
	}))
	again, err := m.attach(subnet, pod, []int32{port})
	require.NoError(t, err)
	require.Equal(t, address, again)
}
