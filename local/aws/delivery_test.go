package aws

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRepositories(t *testing.T) {
	w := newWorld(t)
	id := w.create(Repository, Properties{"name": "models/fraud-detection"})
	r := w.get(Repository, id)
	require.Equal(t, "arn:aws:ecr:us-east-1:123456789012:repository/models/fraud-detection", r.String("arn"))
	require.Equal(t, "123456789012.dkr.ecr.us-east-1.amazonaws.com/models/fraud-detection", r.String("repositoryUrl"))
	policy := expire(`"tagStatus":"untagged","countType":"sinceImagePushed","countUnit":"days","countNumber":14`)
	lifecycle := w.create(LifecyclePolicy, Properties{"repository": id, "policy": policy})
	require.Equal(t, id, lifecycle)
	w.create(RepositoryPolicy, Properties{"repository": id,
		"policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999999999999:root"},"Action":"ecr:BatchGetImage"}]}`})
	w.refuses(t, map[string]refusal{
		"twice": {Repository, Properties{"name": id}, "RepositoryAlreadyExistsException", "already exists"},
		"unknown key": {Repository, Properties{"name": "x", "encryptionConfigurations": []any{map[string]any{"encryptionType": "KMS",
			"kmsKey": "arn:aws:kms:us-east-1:123456789012:key/ghost"}}}, "NotFoundException", "ghost"},
		"lifecycle of nothing":   {LifecyclePolicy, Properties{"repository": "ghost", "policy": policy}, "RepositoryNotFoundException", "ghost"},
		"permissions of nothing": {RepositoryPolicy, Properties{"repository": "ghost", "policy": "{}"}, "RepositoryNotFoundException", "ghost"},
	})
	for want, in := range map[string]Properties{
		`name is "Models"`:              {"name": "Models"},
		"name has 1 characters":         {"name": "m"},
		`imageTagMutability is "FIXED"`: {"imageTagMutability": "FIXED"},
		"a key is for KMS":              {"encryptionConfigurations": []any{map[string]any{"encryptionType": "AES256", "kmsKey": "k"}}},
	} {
		require.Contains(t, faults(t, Repository, in), want)
	}
	require.Contains(t, faults(t, RepositoryPolicy, Properties{"policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage","Resource":"*"}]}`}),
		"a repository policy has Principal and no Resource")

	require.NoError(t, w.Update(func(s *State) error { return s.PushImage(id) }))
	refused(t, w.remove(Repository, id), "RepositoryNotEmptyException", "cannot be deleted because it still contains images")
	require.NoError(t, w.change(Repository, id, Properties{"forceDelete": true}))
	require.NoError(t, w.remove(Repository, id))
	require.Nil(t, w.get(LifecyclePolicy, lifecycle))
	refused(t, w.Update(func(s *State) error { return s.PushImage(id) }), "RepositoryNotFoundException", id)
}

// expire is a lifecycle policy with some selections, in order of priority.
func expire(selections ...string) string {
	var rules []string
	for i, selection := range selections {
		rules = append(rules, fmt.Sprintf(`{"rulePriority":%d,"description":"d","selection":{%s},"action":{"type":"expire"}}`, i+1, selection))
	}
	return `{"rules":[` + strings.Join(rules, ",") + `]}`
}

func TestLifecyclesOfImages(t *testing.T) {
	const newest = `"tagStatus":"tagged","tagPatternList":["*"],"countType":"imageCountMoreThan","countNumber":100`
	require.Empty(t, faults(t, LifecyclePolicy, Properties{"repository": "x",
		"policy": expire(newest, `"tagStatus":"any","countType":"imageCountMoreThan","countNumber":1`)}))
	for want, policy := range map[string]string{
		"the policy is not JSON with rules":              `[`,
		"allowed are 100 to 30720":                       `{"rules":[{"rulePriority":1}]}`,
		"action.type is \"archive\"":                     strings.Replace(expire(newest), `"expire"`, `"archive"`, 1),
		"selection.tagStatus is \"none\"":                expire(`"tagStatus":"none","countType":"imageCountMoreThan","countNumber":1`),
		"selection.countType is \"imageAge\"":            expire(`"tagStatus":"untagged","countType":"imageAge","countNumber":1`),
		"countNumber must be 1 or more":                  expire(`"tagStatus":"untagged","countType":"imageCountMoreThan","countNumber":0`),
		"countUnit days goes with countType":             expire(`"tagStatus":"untagged","countType":"sinceImagePushed","countNumber":1`),
		"tagPatternList goes with tagStatus tagged":      expire(`"tagStatus":"tagged","countType":"imageCountMoreThan","countNumber":1`),
		"rule priorities are integers from 1, each once": "",
		"must have the highest priority number":          expire(`"tagStatus":"any","countType":"imageCountMoreThan","countNumber":1`, newest),
	} {
		if policy == "" {
			policy, want = strings.ReplaceAll(expire(newest, newest), `"rulePriority":2`, `"rulePriority":1`),
				"rule priorities are integers from 1, each used once: 1"
		}
		require.Contains(t, faults(t, LifecyclePolicy, Properties{"repository": "x", "policy": policy}), want)
	}
}

func TestBudgets(t *testing.T) {
	w := newWorld(t)
	budget := func(over Properties) Properties {
		return merge(Properties{"name": "month", "budgetType": "COST", "timeUnit": "MONTHLY", "limitAmount": "500", "limitUnit": "USD",
			"costFilters": []any{map[string]any{"name": "TagKeyValue", "values": list("user:cluster$demo")}}, "notifications": []any{notify(1, 0)}},
			over)
	}
	id := w.create(Budget, budget(nil))
	require.Equal(t, "123456789012:month", id)
	require.Equal(t, "arn:aws:budgets::123456789012:budget/month", w.get(Budget, id).String("arn"))
	require.Equal(t, "2026-11-01_00:00", w.get(Budget, id).String("timePeriodStart"))
	named := func(over Properties) Properties { return budget(merge(Properties{"name": "x"}, over)) }
	w.refuses(t, map[string]refusal{
		"twice":        {Budget, budget(nil), "DuplicateRecordException", "month"},
		"no limit":     {Budget, named(Properties{"limitAmount": nil}), "InvalidParameterException", "One of budgetLimit"},
		"no unit":      {Budget, named(Properties{"limitUnit": nil}), "InvalidParameterException", "limitUnit"},
		"told to none": {Budget, named(Properties{"notifications": []any{notify(0, 0)}}), "InvalidParameterException", "it has 0 and 0"},
		"eleven":       {Budget, named(Properties{"notifications": []any{notify(11, 0)}}), "InvalidParameterException", "it has 11 and 0"},
		"two topics":   {Budget, named(Properties{"notifications": []any{notify(0, 2)}}), "InvalidParameterException", "it has 0 and 2"},
	})
	for want, over := range map[string]Properties{
		`budgetType is "MONEY"`:           {"budgetType": "MONEY"},
		`timeUnit is "WEEKLY"`:            {"timeUnit": "WEEKLY"},
		`name is "a:b"`:                   {"name": "a:b"},
		`limitAmount is "much"`:           {"limitAmount": "much"},
		`TagKeyValue "cluster=demo"`:      {"costFilters": []any{map[string]any{"name": "TagKeyValue", "values": list("cluster=demo")}}},
		`comparisonOperator is "MORE"`:    {"notifications": []any{map[string]any{"comparisonOperator": "MORE"}}},
		`subscriberEmailAddresses is "a"`: {"notifications": []any{map[string]any{"subscriberEmailAddresses": list("a")}}},
	} {
		require.Contains(t, faults(t, Budget, budget(over)), want)
	}
}

func notify(emails, topics int) map[string]any {
	n := map[string]any{"comparisonOperator": "GREATER_THAN", "notificationType": "ACTUAL", "threshold": 80, "thresholdType": "PERCENTAGE"}
	for key, list := range map[string]struct {
		count int
		form  string
	}{"subscriberEmailAddresses": {emails, "a%d@b.c"}, "subscriberSnsTopicArns": {topics, "arn:aws:sns:us-east-1:123456789012:t%d"}} {
		var all []any
		for i := range list.count {
			all = append(all, fmt.Sprintf(list.form, i))
		}
		n[key] = all
	}
	return n
}

// What GitHub Actions needs to assume roles:
// https://docs.github.com/en/actions/security-for-github-actions/security-hardening-your-deployments/configuring-openid-connect-in-amazon-web-services.
func TestOpenIdConnect(t *testing.T) {
	w := newWorld(t)
	id := w.create(OpenIdConnectProvider, Properties{"url": "https://token.actions.githubusercontent.com",
		"clientIdLists": list("sts.amazonaws.com")})
	require.Equal(t, "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com", id)
	_, err := w.try(OpenIdConnectProvider, Properties{"url": "https://token.actions.githubusercontent.com", "clientIdLists": list("x")})
	refused(t, err, "EntityAlreadyExists", "already exists")
	require.Contains(t, faults(t, OpenIdConnectProvider, Properties{"clientIdLists": []any{}}),
		"clientIdLists is required and must not be empty")
	require.Contains(t, faults(t, OpenIdConnectProvider, Properties{"url": "http://x"}), "url is \"http://x\"")
	require.Contains(t, faults(t, OpenIdConnectProvider, Properties{"thumbprintLists": list("ab")}), "thumbprintLists is \"ab\"")
}

func TestWorkspaces(t *testing.T) {
	w := newWorld(t)
	id := w.create(Workspace, Properties{"alias": "modelway-prod"})
	r := w.get(Workspace, id)
	require.Regexp(t, `^ws-[0-9a-f-]{36}$`, id)
	require.Equal(t, "arn:aws:aps:us-east-1:123456789012:workspace/"+id, r.String("arn"))
	require.Equal(t, "https://aps-workspaces.us-east-1.amazonaws.com/workspaces/"+id+"/", r.String("prometheusEndpoint"))
	require.NotEqual(t, id, w.create(Workspace, Properties{"alias": "modelway-prod"}), "AWS lets several have one alias")
	for want, in := range map[string]Properties{
		"between 1 and 100": {"alias": strings.Repeat("a", 101)}, "not only spaces": {"alias": " "},
		"ends in :*": {"alias": "a", "loggingConfiguration": map[string]any{"logGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:x"}},
	} {
		require.Contains(t, faults(t, Workspace, in), want)
	}
	for range 23 {
		w.create(Workspace, Properties{"alias": "more"})
	}
	w.refuses(t, map[string]refusal{"one too many": {Workspace, Properties{"alias": "more"}, "ServiceQuotaExceededException", "25"}})
	require.NoError(t, w.remove(Workspace, id))
}
