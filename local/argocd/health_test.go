package argocd

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"github.com/modelway/modelway/internal/argocd"
)

// judge runs a script on an object as Argo CD does: with the interpreter that it has, and with none of Lua's libraries but package, base and
// table unless open
// (https://github.com/argoproj/argo-cd/blob/v3.5.3/util/lua/lua.go).
func judge(t *testing.T, script, object string, open bool) (status, message string) {
	t.Helper()
	l := lua.NewState(lua.Options{SkipOpenLibs: !open})
	defer l.Close()
	for name, library := range map[string]lua.LGFunction{lua.LoadLibName: lua.OpenPackage, lua.BaseLibName: lua.OpenBase,
		lua.TabLibName: lua.OpenTable} {
		require.NoError(t, l.CallByParam(lua.P{Fn: l.NewFunction(library), Protect: true}, lua.LString(name)))
	}
	var decoded any
	require.NoError(t, json.Unmarshal([]byte(object), &decoded))
	l.SetGlobal("obj", valueOf(l, decoded))
	require.NoError(t, l.DoString(script))
	result, ok := l.Get(-1).(*lua.LTable)
	require.True(t, ok, "the script returns a table")
	return result.RawGetString("status").String(), result.RawGetString("message").String()
}

// valueOf is a JSON value in Lua.
func valueOf(l *lua.LState, value any) lua.LValue {
	switch value := value.(type) {
	case string:
		return lua.LString(value)
	case float64:
		return lua.LNumber(value)
	case bool:
		return lua.LBool(value)
	case []any:
		table := l.NewTable()
		for _, item := range value {
			table.Append(valueOf(l, item))
		}
		return table
	case map[string]any:
		table := l.NewTable()
		for key, item := range value {
			table.RawSetString(key, valueOf(l, item))
		}
		return table
	}
	return lua.LNil
}

func TestHealthOfInferenceServices(t *testing.T) {
	const ready = `{"type": "PredictorReady", "status": "True"}, {"type": "Ready", "status": "True"}, {"type": "Stopped", "status": "False"}`
	const failed = `{"type": "PredictorReady", "status": "False", "reason": "MinimumReplicasUnavailable", "message": "no pods"},
		{"type": "Ready", "status": "False"}`
	for name, of := range map[string]struct{ status, health, says string }{
		"new":             {``, "Progressing", "KServe has not reported on it yet"},
		"without reports": {`"url": "http://x"`, "Progressing", "KServe has not reported on it yet"},
		"ready":           {`"conditions": [` + ready + `]`, "Healthy", "It answers"},
		"ready and up to date": {`"modelStatus": {"transitionStatus": "UpToDate"}, "conditions": [` + ready + `]`,
			"Healthy", "It answers"},
		"failed": {`"conditions": [` + failed + `]`, "Degraded",
			"PredictorReady is False (MinimumReplicasUnavailable): no pods; Ready is False"},
		"failed after it was up to date": {`"modelStatus": {"transitionStatus": "UpToDate"}, "conditions": [` + failed + `]`, "Degraded",
			"PredictorReady is False (MinimumReplicasUnavailable): no pods; Ready is False"},
		"loading": {`"modelStatus": {"transitionStatus": "InProgress"}, "conditions": [` + failed + `]`, "Progressing",
			"PredictorReady is False (MinimumReplicasUnavailable): no pods; Ready is False; It loads the model"},
		"ready, and loading another": {`"modelStatus": {"transitionStatus": "InProgress"}, "conditions": [` + ready + `]`, "Progressing",
			"It loads the model"},
		"a model that does not load": {`"modelStatus": {"transitionStatus": "BlockedByFailedLoad", "lastFailureInfo":
			{"reason": "ModelLoadFailed", "message": "no such key"}}, "conditions": [` + ready + `]`, "Degraded",
			"BlockedByFailedLoad; ModelLoadFailed; no such key"},
		"not known yet": {`"conditions": [{"type": "PredictorReady", "status": "Unknown"}]`, "Progressing", "PredictorReady is Unknown"},
		"part of it ready": {`"conditions": [{"type": "IngressReady", "status": "True"}]`, "Progressing",
			"KServe has not reported on it yet"},
		"stopped": {`"conditions": [{"type": "Ready", "status": "False"}, {"type": "Stopped", "status": "True"}]`, "Suspended", "It is stopped"},
	} {
		t.Run(name, func(t *testing.T) {
			status, message := judge(t, argocd.InferenceServiceHealth, `{"metadata": {"name": "churn"}, "status": {`+of.status+`}}`, false)
			require.Equal(t, []string{of.health, of.says}, []string{status, message})
		})
	}
}

// KServe writes the generation of the Deployment that it made, which has counted more or fewer changes than the InferenceService.
func TestHealthHasNoUseForTheGenerationOfADeployment(t *testing.T) {
	for _, observed := range []string{"3", "9"} {
		status, _ := judge(t, argocd.InferenceServiceHealth, `{"metadata": {"name": "churn", "generation": 5}, "status": {"observedGeneration": `+observed+`,
			"conditions": [{"type": "PredictorReady", "status": "True"}, {"type": "Ready", "status": "True"}]}}`, false)
		require.Equal(t, "Healthy", status)
	}
}

func TestHealthOfAnInferenceServiceWithoutStatus(t *testing.T) {
	status, _ := judge(t, argocd.InferenceServiceHealth, `{"metadata": {"name": "churn"}}`, false)
	require.Equal(t, "Progressing", status)
}

func TestHealthOfIngresses(t *testing.T) {
	const address = `{"loadBalancer": {"ingress": [{"hostname": "a.elb.amazonaws.com"}]}}`
	split := func(stable, canary string) string {
		return `"alb.ingress.kubernetes.io/actions.churn-split": "{\"forwardConfig\":{\"targetGroups\":[` +
			`{\"serviceName\":\"churn\",\"servicePort\":80,\"weight\":` + stable + `},` +
			`{\"serviceName\":\"churn-canary\",\"servicePort\":80,\"weight\":` + canary + `}]},\"type\":\"forward\"}",
			"alb.ingress.kubernetes.io/actions.churn-testers": "{\"forwardConfig\":{\"targetGroups\":[` +
			`{\"serviceName\":\"churn-canary\",\"servicePort\":80,\"weight\":100}]},\"type\":\"forward\"}"`
	}
	for name, of := range map[string]struct{ annotations, status, health, says string }{
		"without an address":                {``, `{}`, "Progressing", "It has no address yet"},
		"with one":                          {``, address, "Healthy", ""},
		"with a canary":                     {split("90", "10"), address, "Healthy", "churn 90 %, churn-canary 10 %"},
		"with a canary that gets nothing":   {split("100", "0"), address, "Healthy", "churn 100 %, churn-canary 0 %"},
		"with a canary, without an address": {split("90", "10"), `{}`, "Progressing", "It has no address yet; churn 90 %, churn-canary 10 %"},
		"of something else": {`"alb.ingress.kubernetes.io/actions.moved": "{\"type\":\"redirect\",\"redirectConfig\":{\"port\":\"443\"}}"`, address,
			"Healthy", ""},
	} {
		t.Run(name, func(t *testing.T) {
			status, message := judge(t, argocd.IngressHealth, `{"metadata": {"annotations": {`+of.annotations+`}}, "status": `+of.status+`}`, true)
			require.Equal(t, []string{of.health, of.says}, []string{status, message})
		})
	}
	status, message := judge(t, argocd.IngressHealth, `{"metadata": {}}`, true)
	require.Equal(t, []string{"Progressing", "It has no address yet"}, []string{status, message})
}

// A model answers while what stands beside it has a fault, and a sync must not wait for it.
func TestHealthOfWhatStandsBesideAModel(t *testing.T) {
	for object, message := range map[string]string{
		`{}`:                             "",
		`{"spec": {"suspend": true}}`:    "",
		`{"status": {"conditions": []}}`: "",
		`{"status": {"conditions": [{"type": "AbleToScale", "status": "True"}, {"type": "ScalingLimited", "status": "False"}]}}`: "",
		`{"status": {"conditions": [{"type": "AbleToScale", "status": "True"},
			{"type": "ScalingActive", "status": "False", "reason": "FailedGetResourceMetric", "message": "no metrics"}]}}`: "FailedGetResourceMetric: no metrics",
		`{"status": {"conditions": [{"type": "Ready", "status": "False", "message": "no Prometheus"}, {"type": "Paused", "status": "True"}]}}`: "Ready: no Prometheus",
	} {
		status, said := judge(t, argocd.AsideHealth, object, false)
		require.Equal(t, "Healthy", status, object)
		require.Equal(t, message, said, object)
	}
}
