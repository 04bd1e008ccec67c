package nodes

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/local/aws"
)

func TestPodAt(t *testing.T) {
	account := testAccount(t)
	edit(t, account, func(s *aws.State) {
		s.Interfaces["eni-pod"] = &aws.Interface{ID: "eni-pod", PrivateIP: "10.97.1.7", Owner: InterfaceOwner("kserve", "controller-0") + "/uid"}
		s.Interfaces["eni-node"] = &aws.Interface{ID: "eni-node", PrivateIP: "10.97.1.8", Owner: aws.NodeGroup + " c:general"}
	})
	for address, want := range map[string]string{"10.97.1.7": "kserve/controller-0", "10.97.1.8": "", "10.97.1.9": ""} {
		pod, err := PodAt(account, address)
		require.NoError(t, err)
		require.Equal(t, want, pod, address)
	}
}
