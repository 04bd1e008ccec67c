package naming

import "maps"

// ClusterTag and EnvironmentTag are on every AWS resource that the platform makes and that takes tags, with the name of the cluster and
// that of the environment: costs are told apart by them, and roles know what they may touch.
const (
	ClusterTag     = "modelway:cluster"
	EnvironmentTag = "modelway:environment"
)

// Tagged returns the common tags with further ones and a Name, which is what the AWS console shows. Name wins over a common tag of
// that name, and a further tag over a common one.
func Tagged(common map[string]string, name string, more map[string]string) map[string]string {
	all := map[string]string{}
	maps.Copy(all, common)
	maps.Copy(all, more)
	all["Name"] = name
	return all
}
