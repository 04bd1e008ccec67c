package addons

import (
	"iter"

	"github.com/modelway/modelway/internal/iamdoc"
)

// Account is a service account that calls AWS.
type Account struct {
	// Key ends the name of its role, <platform>-<row>-<key>-role: lower case letters and digits.
	Key string
	// Name of the service account, and At where the chart's values have it.
	Name, At string
	// Policy is what it may do in AWS; without statements it gets no role.
	Policy func(Facts) iamdoc.Document
	// OnBucket, in place of Policy, is what it may do in AWS where that depends on the add-on's bucket, by the bucket's ARN.
	OnBucket func(bucketArn string) iamdoc.Document
	// Trains says that it also writes files of MLflow's runs, where MLflow is installed. Default false.
	Trains bool
}

// Role is what a service account of an add-on may do in AWS.
type Role struct {
	// Name of the service account.
	Name   string
	Policy iamdoc.Document
	// OnBucket and Trains are those of the account, in place of Policy.
	OnBucket func(bucketArn string) iamdoc.Document
	Trains   bool
}

// Roles are those of the row in a cluster, in their order, by what they are known by: the row's key, or RoleKey of an account. An account
// without rights has none.
func (h Helm) Roles(f Facts) iter.Seq2[string, Role] {
	return func(yield func(string, Role) bool) {
		if h.Policy != nil && !yield(h.Key, Role{Name: h.ServiceAccount, Policy: h.Policy(f)}) {
			return
		}
		for _, account := range h.Accounts {
			if account.OnBucket != nil {
				if !yield(h.RoleKey(account), Role{Name: account.Name, OnBucket: account.OnBucket, Trains: account.Trains}) {
					return
				}
				continue
			}
			if policy := account.Policy(f); len(policy.Statements) > 0 && !yield(h.RoleKey(account), Role{Name: account.Name, Policy: policy}) {
				return
			}
		}
	}
}

// RoleKey is what the role of an account is known by beside those of rows: the row's key and the account's.
func (h Helm) RoleKey(account Account) string { return h.Key + "-" + account.Key }
