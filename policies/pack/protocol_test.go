package pack_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	sdk "github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/policies/pack"
	"github.com/modelway/modelway/policies/rules"
)

// production are the settings of the bad stack.
const production = `{"production":true,"exceptions":[{"rule":"key-rotation","resource":"key","reason":"test","expires":"9999-12-31"}]}`

// compiled builds the pack and returns the path of the program.
func compiled(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "policies")
	build := exec.Command("go", "build", "-o", program, "./policies")
	build.Dir, build.Env = root, append(os.Environ(), "GOFLAGS=-trimpath -buildvcs=false")
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return program
}

// start runs the pack as the engine does, up to the handshake.
func start(t *testing.T, program string) pulumirpc.AnalyzerClient {
	t.Helper()
	command := exec.Command(program, "127.0.0.1:1", ".")
	out, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	t.Cleanup(func() { _ = command.Process.Kill(); _ = command.Wait() })
	port, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	connection, err := grpc.NewClient("127.0.0.1:"+strings.TrimSpace(port), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { _ = connection.Close() })
	client := pulumirpc.NewAnalyzerClient(connection)
	_, err = client.Handshake(context.Background(), &pulumirpc.AnalyzerHandshakeRequest{EngineAddress: "127.0.0.1:1"})
	require.NoError(t, err)
	return client
}

func configure(client pulumirpc.AnalyzerClient, preview bool, policies string) error {
	_, err := client.ConfigureStack(context.Background(), &pulumirpc.AnalyzerStackConfigureRequest{
		Stack: "bad", Project: "modelway", DryRun: preview, Config: map[string]string{"modelway:policies": policies},
	})
	return err
}

// badStack is the stack that breaks every rule but some, with a Service whose spec is unknown.
func badStack(t *testing.T) []resource.Resource {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "rules", "testdata", "bad.yaml"))
	require.NoError(t, err)
	var all []resource.Resource
	require.NoError(t, yaml.UnmarshalStrict(text, &all))
	all = append(all, resource.Resource{Type: "kubernetes:core/v1:Service", Name: "later", Properties: map[string]any{
		"metadata": map[string]any{"labels": map[string]any{"app.kubernetes.io/name": "later"}}, "spec": resource.Unknown{},
		"token": resource.Secret{Value: "hunter2"},
	}})
	for i := range all {
		all[i].URN = fmt.Sprintf("urn:pulumi:bad::modelway::%s::%s", all[i].Type, all[i].Name)
	}
	return all
}

// wire writes properties as the engine sends them.
func wire(t *testing.T, properties map[string]any) *structpb.Struct {
	t.Helper()
	m := sdk.NewPropertyMapFromMapRepl(properties, nil, func(value any) (sdk.PropertyValue, bool) {
		switch value := value.(type) {
		case resource.Unknown:
			return sdk.MakeComputed(sdk.NewProperty("")), true
		case resource.Secret:
			return sdk.MakeSecret(sdk.NewPropertyValue(value.Value)), true
		}
		return sdk.PropertyValue{}, false
	})
	sent, err := plugin.MarshalProperties(m, plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true})
	require.NoError(t, err)
	return sent
}

type told struct{ level, policy, urn, message string }

func all(response *pulumirpc.AnalyzeResponse) (list []told) {
	for _, d := range response.Diagnostics {
		list = append(list, told{strings.ToLower(d.EnforcementLevel.String()), d.PolicyName, d.Urn, d.Message})
	}
	return list
}

// TestTheCompiledPackFindsWhatTheRulesFind talks to the compiled pack as the engine does, in a preview and at up.
func TestTheCompiledPackFindsWhatTheRulesFind(t *testing.T) {
	policies, err := config.LoadPolicies(config.Values{StackName: "bad", Settings: map[string]string{"modelway:policies": production}})
	require.NoError(t, err)
	pure, err := rules.New(policies, today)
	require.NoError(t, err)
	report := pure.Stack(rules.NewStack(resource.NewSet(badStack(t)), nil))
	byID := map[string]rules.Rule{}
	for _, rule := range pure.Rules() {
		byID[rule.ID] = rule
	}
	program := compiled(t)
	for _, preview := range []bool{true, false} {
		client := start(t, program)
		require.NoError(t, configure(client, preview, production))
		info, err := client.GetAnalyzerInfo(context.Background(), &emptypb.Empty{})
		require.NoError(t, err)
		require.Equal(t, pack.Name, info.Name)
		require.Len(t, info.Policies, len(rules.All())+3)

		var stack pulumirpc.AnalyzeStackRequest
		for _, r := range badStack(t) {
			sent := wire(t, r.Properties)
			response, err := client.Analyze(context.Background(), &pulumirpc.AnalyzeRequest{Type: r.Type, Urn: r.URN, Name: r.Name,
				Properties: sent})
			require.NoError(t, err)
			var want []told
			for _, finding := range pure.Resource(r) {
				if rule := byID[finding.Rule]; !preview && rule.Level == config.PolicyMandatory {
					want = append(want, told{"mandatory", pack.BeforeCreation, r.URN, "What breaks a mandatory rule is not created\n" + rule.ID + ": " +
						rule.Message(finding)})
				}
			}
			require.Equal(t, want, all(response), r.Name)
			outputs := map[string]any{} // those of a component
			if id := r.Properties["id"]; id != nil {
				outputs["id"] = id
			}
			stack.Resources = append(stack.Resources, &pulumirpc.AnalyzerResource{Type: r.Type, Urn: r.URN, Name: r.Name,
				Properties: wire(t, outputs)})
		}
		response, err := client.AnalyzeStack(context.Background(), &stack)
		require.NoError(t, err)
		var want []told
		for _, finding := range report.Broken {
			rule := byID[finding.Rule]
			want = append(want, told{rule.Level, rule.ID, finding.URN, rule.Title + "\n" + rule.Message(finding)})
		}
		for _, message := range report.Waiting() {
			want = append(want, told{config.PolicyAdvisory, rules.CannotTell, "", "Rules that wait for values\n" + message})
		}
		require.Equal(t, want, all(response))
		require.Greater(t, len(want), 50)
		for _, d := range want {
			require.NotContains(t, d.message, "hunter2")
			require.NotEqual(t, "key-rotation", d.policy, "an exception allows it")
		}
	}
}

// TestWrongSettingsStopThePack requires every fault of the settings in the error.
func TestWrongSettingsStopThePack(t *testing.T) {
	client := start(t, compiled(t))
	err := configure(client, true, `{"levels":{"image-tags":"advisory","budgt":"disabled"}}`)
	require.ErrorContains(t, err, `did you mean "image-tag"?`)
	require.ErrorContains(t, err, `did you mean "budget"?`)
	err = configure(client, true, `{"levels":{"budget":"sometimes"}}`)
	require.ErrorContains(t, err, "mandatory, advisory, disabled")
}
