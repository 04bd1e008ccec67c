package aws

import (
	"fmt"
	"slices"
	"strings"
)

// Types of KMS and CloudWatch Logs resources.
const (
	Key      = "aws:kms/key:Key"
	Alias    = "aws:kms/alias:Alias"
	LogGroup = "aws:cloudwatch/logGroup:LogGroup"
)

// retentions are the values of https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html.
var retentions = []int{0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

func init() {
	register(
		// A deleted key is only scheduled for deletion; the account drops it at once.
		Kind{Type: Key, Service: "kms", Calls: [3]string{"", "UpdateKey", "ScheduleKeyDeletion"}, ID: "{uuid}", Arn: "arn:aws:kms:{region}:{account}:key/{id}",
			Defaults: Properties{"customerMasterKeySpec": "SYMMETRIC_DEFAULT", "keyUsage": "ENCRYPT_DECRYPT", "isEnabled": true, "enableKeyRotation": false, "multiRegion": false},
			Computed: map[string]string{"keyId": "{id}", "policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::{account}:root"},"Action":"kms:*","Resource":"*"}]}`},
			NotFound: Refusal{"NotFoundException", "Key '{value}' does not exist"},
			Check: func(in Properties) (faults []error) {
				if n := in.Int("deletionWindowInDays"); in.Has("deletionWindowInDays") && (n < 7 || n > 30) {
					faults = append(faults, fmt.Errorf("deletionWindowInDays is %d: allowed are 7 to 30", n))
				}
				return append(faults, documentFaults(in, "policy", resourcePolicy, 32768, "key policy size")...)
			}},
		Kind{Type: Alias, Service: "kms", ID: "{name}", Arn: "arn:aws:kms:{region}:{account}:{name}", Name: "name", NamePrefix: "alias/",
			Unique: []string{"name"}, Duplicate: Refusal{"AlreadyExistsException", "An alias with the name arn:aws:kms:{region}:{account}:{name} already exists"},
			NotFound: Refusal{"NotFoundException", "Alias {value} is not found."},
			Refs:     []Ref{{"targetKeyId", Key, Follow}},
			Create: func(s *State, r *Resource) error {
				r.Computed.set("targetKeyArn", s.Get(Key, r.String("targetKeyId")).String("arn"))
				return nil
			},
			Check: func(in Properties) []error {
				if name := in.String("name"); name != "" && (!strings.HasPrefix(name, "alias/") || strings.HasPrefix(name, "alias/aws/")) {
					return []error{fmt.Errorf("name is %q: it must begin with alias/ and not with alias/aws/", name)}
				}
				return nil
			}},
		Kind{Type: LogGroup, Service: "logs", Calls: [3]string{"", "PutRetentionPolicy", ""}, ID: "{name}", Arn: "arn:aws:logs:{region}:{account}:log-group:{name}", Name: "name",
			Defaults: Properties{"logGroupClass": "STANDARD", "retentionInDays": 0, "skipDestroy": false},
			Unique:   []string{"name"}, Duplicate: Refusal{"ResourceAlreadyExistsException", "The specified log group already exists: {name}"},
			NotFound: Refusal{"ResourceNotFoundException", "The specified log group does not exist: {value}"},
			Refs:     []Ref{{"kmsKeyId", Key, Loose}},
			Allowed:  map[string][]string{"logGroupClass": {"STANDARD", "INFREQUENT_ACCESS", "DELIVERY"}},
			Check: func(in Properties) []error {
				if n := in.Int("retentionInDays"); !slices.Contains(retentions, n) {
					return []error{fmt.Errorf("retentionInDays is %d: allowed are %v (0 is for ever)", n, retentions)}
				}
				return nil
			},
			Removed: func(s *State, r *Resource) {
				for _, c := range s.List(Cluster) {
					s.ensureLogGroup(c)
				}
			}},
	)
}

// ensureLogGroup does as EKS does while a cluster writes control-plane logs: it makes a missing log group itself, without
// retention, and that group outlives the cluster.
func (s *State) ensureLogGroup(cluster *Resource) {
	name := "/aws/eks/" + cluster.String("name") + "/cluster"
	if len(cluster.Strings("enabledClusterLogTypes")) > 0 && s.Get(LogGroup, name) == nil {
		_, _ = s.CreateOwned(LogGroup, "eks", Properties{"name": name})
	}
}
