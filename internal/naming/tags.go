package naming

import "maps"

// Tagged returns the common tags with further ones and a Name, which is what the AWS console shows. Name wins over a common tag of
// that name, and a further tag over a common one.
func Tagged(common map[string]string, name string, more map[string]string) map[string]string {
	all := map[string]string{}
	maps.Copy(all, common)
	maps.Copy(all, more)
	all["Name"] = name
	return all
}
