package nodes

import (
	"strings"

	"github.com/modelway/modelway/local/aws"
)

// PodAt returns the pod, as namespace/name, whose network interface in the account has an address; "" when no pod has it.
func PodAt(account *aws.Account, ip string) (string, error) {
	state, err := account.Snapshot()
	if err != nil {
		return "", err
	}
	for _, i := range state.Interfaces {
		if owner, isPod := strings.CutPrefix(i.Owner, podOwner); isPod && i.PrivateIP == ip {
			return owner[:strings.LastIndex(owner, "/")], nil // the rest is the UID
		}
	}
	return "", nil
}
