package platform

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/plan"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/internal/serving"
	"github.com/modelway/modelway/internal/strict"
)

// checksOf are what code in a folder can refuse by itself, by package: the beginnings of the errors that it makes, up to their first
// value, and the rules of others that it calls. An error around another one is none of its own.
func checksOf(t *testing.T, folder string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	require.NoError(t, filepath.WalkDir(filepath.Join(root, folder), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		in, err := filepath.Rel(root, filepath.Dir(path))
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if check := checkOf(call); check != "" {
					found[filepath.ToSlash(in)+": "+check] = true
				}
			}
			return true
		})
		return err
	}))
	return found
}

// checkOf is what a call refuses: the text of a new error, or the rule that it calls; "" for other calls.
func checkOf(call *ast.CallExpr) string {
	called := types.ExprString(call.Fun)
	name := called[strings.LastIndex(called, ".")+1:]
	switch {
	case called == "errors.New" || called == "fmt.Errorf" || called == "fault":
		text, ok := literal(call.Args[0])
		if !ok {
			return called // the text is put together elsewhere
		}
		if strings.Contains(text, "%w") {
			return ""
		}
		return text
	case strings.HasPrefix(name, "Check") || name == "Validate" || strings.HasPrefix(called, "rule.") && name != "Join":
		return called
	}
	return ""
}

// literal is the text of a string literal, or of several that are added. It is false for what is no literal.
func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		before, isText := literal(e.X)
		after, isTextToo := literal(e.Y)
		return before + after, isText && isTextToo
	}
	return "", false
}

// find gives the one check of a package that begins with a text.
func find(t *testing.T, checks map[string]bool, beginning string) string {
	t.Helper()
	var all []string
	for check := range checks {
		if check == beginning || strings.HasPrefix(check, beginning) && !checks[beginning] {
			all = append(all, check)
		}
	}
	require.Len(t, all, 1, "checks that begin with %q", beginning)
	return all[0]
}

// TestNoConstructorChecksWhatNothingCheckedBefore goes through every check of infra/ and k8s/. Either settings or a model's file reach it:
// then TestFaultsAreReportedBeforeTheFirstResource proves that they are refused earlier; or nothing that a user writes does, and the row
// says why.
func TestNoConstructorChecksWhatNothingCheckedBefore(t *testing.T) {
	left := checksOf(t, "infra")
	maps.Copy(left, checksOf(t, "k8s"))
	all := maps.Clone(left)
	for _, fault := range early {
		for _, check := range fault.checks {
			delete(left, find(t, all, check))
		}
	}
	for reason, checks := range unreachable {
		for _, check := range checks {
			found := find(t, all, check)
			require.Contains(t, left, found, "reached by a fault, and said not to be: %s", reason)
			delete(left, found)
		}
	}
	require.Empty(t, left, "checks of constructors without a row: add a fault that reaches them to early, or say in unreachable why there "+
		"is none")
}

// TestFaultsAreReportedBeforeTheFirstResource breaks good settings, or a good model, in one place. The program refuses it with the key, or
// with the file and line, and registers nothing. The constructors, which get the same values without the preflight, refuse them too: the
// check is a real one.
func TestFaultsAreReportedBeforeTheFirstResource(t *testing.T) {
	for _, fault := range early {
		t.Run(fault.at, func(t *testing.T) {
			args := goodPlatform(t)
			if fault.settings != nil {
				fault.settings(&args.Config)
			}
			if fault.model != nil {
				fault.model(&args.Models[0])
			}
			given := map[string]any{"aws:region": args.Config.Region}
			for key, value := range strict.ToDocument(args.Config) {
				given[config.Namespace+":"+key] = value
			}
			files := map[string]string{"churn": cmp.Or(fault.file, "storage: read")}
			options := []recorder.Option{recorder.WithStack("test"), recorder.WithConfig(asSettings(t, given)), withZones()}
			recording, err := recorder.RunErr(Program(project(t, files)), options...)
			require.ErrorContains(t, err, fault.at)
			require.ErrorContains(t, err, fault.problem)
			require.Empty(t, recording.Resources, "nothing is registered")

			_, err = recorder.RunErr(program(args.with(planned(t, args))), options...)
			require.ErrorContains(t, err, cmp.Or(fault.refused, fault.problem), "the constructor's own check")
		})
	}
}

// planned is the plan of broken settings, or that of good ones where the preflight makes none.
func planned(t *testing.T, args *PlatformArgs) plan.Plan {
	t.Helper()
	p, faults, err := plan.Preflight(args.Config, args.Models, args.Previous)
	if err == nil && len(faults) == 0 {
		return p
	}
	good := goodPlatform(t)
	p, faults, err = plan.Preflight(good.Config, good.Models, good.Previous)
	require.NoError(t, err)
	require.Empty(t, faults)
	for i := range p.Balancers {
		p.Balancers[i].Settings = args.Config.LoadBalancers[p.Balancers[i].Key]
	}
	return p
}

// TestGoodSettingsReachEveryConstructor guards the test above: a part that good settings do not ask for is not checked either.
func TestGoodSettingsReachEveryConstructor(t *testing.T) {
	args := goodPlatform(t)
	recording := recorder.Run(t, program(args), withZones())
	for _, token := range []string{"Network", "Cluster", "Compute", "Repositories", "GitHub", "Budget", "ServiceAccountRole", "Certificate",
		"AliasRecords", "Bucket", "Database", "Server",
		"LoadBalancer", "Model", "Schedule", "Addon"} {
		require.True(t, slices.ContainsFunc(recording.Resources, func(r *recorder.Resource) bool { return strings.HasSuffix(r.Type, ":"+token) }),
			token)
	}
}

// goodPlatform has a part of every kind, and no fault.
func goodPlatform(t *testing.T) *PlatformArgs {
	t.Helper()
	cfg := config.Defaults("test", recorder.DefaultRegion)
	cfg.Cluster.AdminRoleArns = []string{"arn:aws:iam::111122223333:role/admin"}
	cfg.Cluster.PublicAccessCidrs = []string{"203.0.113.0/24"}
	lb := config.DefaultLoadBalancer()
	lb.Domain, lb.HostedZoneId, lb.RequestCertificate, lb.AccessLogs = "company.com", "Z0123456789ABCDEFGHIJ", true, true
	lb.Listeners = serving.SecureListeners()
	cfg.LoadBalancers = map[string]config.LoadBalancer{"public": lb}
	group := compute.DefaultNodeGroup()
	group.Name, group.InstanceTypes, group.AmiType = "general", []string{"m6i.large"}, "AL2023_x86_64_STANDARD"
	cfg.Compute.NodeGroups, cfg.Compute.ClusterAutoscaler = []config.NodeGroup{group}, true
	cfg.ModelStore.Enabled, cfg.Database.Enabled, cfg.Mlflow.Enabled = true, true, true
	cfg.Delivery = config.Delivery{Repositories: []string{"models/churn"}, GitHub: config.GitHub{Repository: "company/modelway",
		Environments: []string{"test"}}}
	cfg.Cost.MonthlyBudgetUsd, cfg.Cost.AlertEmails = 500, []string{"ml-platform@company.com"}
	cfg.Models.Schedule = config.Schedule{Stop: "0 20 * * 1-5", Start: "0 7 * * 1-5", TimeZone: "Etc/UTC"}
	require.NoError(t, config.Check(cfg))
	return &PlatformArgs{Config: cfg, Models: []modelspec.Model{made(t, "churn", "storage: read")}}
}
