package kubelet

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
)

// volumesOf are the volumes of a pod whose namespace has a ConfigMap and a Secret, and the tokens that were asked for.
func volumesOf(t *testing.T) (v *volumes, asked *[]authenticationv1.TokenRequestSpec) {
	name := func(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Namespace: "models", Name: name} }
	client := fake.NewClientset(
		&corev1.ConfigMap{ObjectMeta: name("settings"), Data: map[string]string{"a": "1", "b": "2"}, BinaryData: map[string][]byte{"c": {0xff}}},
		&corev1.Secret{ObjectMeta: name("keys"), Data: map[string][]byte{"a": []byte("secret")}},
	)
	asked = &[]authenticationv1.TokenRequestSpec{}
	client.PrependReactor("create", "serviceaccounts", func(action clienttesting.Action) (bool, runtime.Object, error) {
		request := action.(clienttesting.CreateAction).GetObject().(*authenticationv1.TokenRequest)
		*asked = append(*asked, request.Spec)
		return true, &authenticationv1.TokenRequest{Status: authenticationv1.TokenRequestStatus{
			Token: fmt.Sprintf("token-%d", len(*asked)), ExpirationTimestamp: metav1.NewTime(time.Now().Add(time.Hour)),
		}}, nil
	})
	p := &Pod{Kubelet: New(Config{Client: client, Log: slog.New(slog.DiscardHandler)}), ip: "10.0.0.7", object: &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "models", Name: "churn", UID: "u1"}, Spec: corev1.PodSpec{ServiceAccountName: "churn"},
	}}
	p.containers()
	return p.volumes, asked
}

func (v *volumes) read(t *testing.T, source corev1.VolumeSource) (map[string]file, error) {
	return v.files(t.Context(), newStore(v.Client, "models"), corev1.Volume{Name: "v", VolumeSource: source})
}

func reference(name string) corev1.LocalObjectReference {
	return corev1.LocalObjectReference{Name: name}
}

func TestFilesOfVolumes(t *testing.T) {
	v, _ := volumesOf(t)
	for name, test := range map[string]struct {
		source corev1.VolumeSource
		want   map[string]file
	}{
		"all keys": {corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{LocalObjectReference: reference("settings")}},
			map[string]file{"a": {[]byte("1"), 0o644}, "b": {[]byte("2"), 0o644}, "c": {[]byte{0xff}, 0o644}}},
		"items": {corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{LocalObjectReference: reference("settings"),
			DefaultMode: new(int32(0o400)),
			Items:       []corev1.KeyToPath{{Key: "a", Path: "x/y"}, {Key: "b", Path: "b", Mode: new(int32(0o600))}}}},
			map[string]file{"x/y": {[]byte("1"), 0o400}, "b": {[]byte("2"), 0o600}}},
		"a missing one that is optional": {corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: "none", Optional: new(true)}},
			map[string]file{}},
		"a missing key that is optional": {corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: "keys", Optional: new(true),
			Items: []corev1.KeyToPath{{Key: "none", Path: "x"}}}}, map[string]file{}},
		"the downward API": {corev1.VolumeSource{DownwardAPI: &corev1.DownwardAPIVolumeSource{Items: []corev1.DownwardAPIVolumeFile{
			{Path: "ip", FieldRef: &corev1.ObjectFieldSelector{FieldPath: "status.podIP"}},
			{Path: "memory", ResourceFieldRef: &corev1.ResourceFieldSelector{ContainerName: "none", Resource: "requests.memory"}}}}},
			map[string]file{"ip": {[]byte("10.0.0.7"), 0o644}, "memory": {[]byte("0"), 0o644}}},
		"several sources, of which the last wins": {corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{DefaultMode: new(int32(0o440)),
			Sources: []corev1.VolumeProjection{
				{ConfigMap: &corev1.ConfigMapProjection{LocalObjectReference: reference("settings"), Items: []corev1.KeyToPath{{Key: "a", Path: "a"}}}},
				{Secret: &corev1.SecretProjection{LocalObjectReference: reference("keys")}}}}},
			map[string]file{"a": {[]byte("secret"), 0o440}}},
	} {
		files, err := v.read(t, test.source)
		require.NoError(t, err, name)
		require.Equal(t, test.want, files, name)
	}
	for want, source := range map[string]corev1.VolumeSource{
		"ConfigMap models/none does not exist: create it":                                                        {ConfigMap: &corev1.ConfigMapVolumeSource{LocalObjectReference: reference("none")}},
		"Secret keys has no key b: it has a":                                                                     {Secret: &corev1.SecretVolumeSource{SecretName: "keys", Items: []corev1.KeyToPath{{Key: "b", Path: "b"}}}},
		"local nodes have no volumes of this kind: allowed: configMap, secret, downwardAPI, projected, emptyDir": {HostPath: &corev1.HostPathVolumeSource{Path: "/"}},
		"field status.none of a pod cannot be read": {DownwardAPI: &corev1.DownwardAPIVolumeSource{Items: []corev1.DownwardAPIVolumeFile{
			{Path: "x", FieldRef: &corev1.ObjectFieldSelector{FieldPath: "status.none"}}}}},
		"local nodes have no source of this kind": {Projected: &corev1.ProjectedVolumeSource{Sources: []corev1.VolumeProjection{{}}}},
	} {
		_, err := v.read(t, source)
		require.ErrorContains(t, err, want)
	}
}

func TestTokensAreKeptAndRenewed(t *testing.T) {
	v, asked := volumesOf(t)
	read := func() string {
		files, err := v.read(t, corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{Sources: []corev1.VolumeProjection{
			{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{Path: "token", Audience: "sts.amazonaws.com",
				ExpirationSeconds: new(int64(3600))}}}}})
		require.NoError(t, err)
		return string(files["token"].data)
	}
	require.Equal(t, "token-1", read())
	require.Equal(t, "token-1", read())
	left := time.Until(v.tokens["v/token"].until)
	require.Greater(t, left, 40*time.Minute)
	require.Less(t, left, time.Hour, "before it ends")
	v.tokens["v/token"].until = time.Now()
	require.Equal(t, "token-2", read())
	require.Equal(t, authenticationv1.TokenRequestSpec{Audiences: []string{"sts.amazonaws.com"}, ExpirationSeconds: new(int64(3600)),
		BoundObjectRef: &authenticationv1.BoundObjectReference{APIVersion: "v1", Kind: "Pod", Name: "churn", UID: "u1"}}, (*asked)[1])
}

func TestEnvironmentOfAContainer(t *testing.T) {
	v, _ := volumesOf(t)
	v.APIServer = "https://127.0.0.1:6443"
	variables, err := v.variables(t.Context(), &container{Container: corev1.Container{
		EnvFrom: []corev1.EnvFromSource{
			{ConfigMapRef: &corev1.ConfigMapEnvSource{LocalObjectReference: reference("settings")}},
			{Prefix: "K_", SecretRef: &corev1.SecretEnvSource{LocalObjectReference: reference("keys")}},
			{SecretRef: &corev1.SecretEnvSource{LocalObjectReference: reference("none"), Optional: new(true)}},
		},
		Env: []corev1.EnvVar{
			{Name: "a", Value: "own"}, {Name: "BOTH", Value: "$(a)-$(K_a)-$(later)"}, {Name: "later", Value: "x"}, {Name: "PORT", Value: "9000"},
			{Name: "BIND_ADDRESS", Value: "0.0.0.0"},
			{Name: "UNSET", ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{LocalObjectReference: reference("keys"),
				Key: "none", Optional: new(true)}}},
		},
	}})
	require.NoError(t, err)
	delete(variables, "PATH")
	require.Equal(t, map[string]string{
		"HOSTNAME": "churn", "POD_IP": "10.0.0.7", "PORT": "9000", "BIND_ADDRESS": "127.0.0.7",
		"KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": "6443", "KUBERNETES_SERVICE_PORT_HTTPS": "6443",
		"a": "own", "b": "2", "c": "\xff", "K_a": "secret", "BOTH": "own-secret-$(later)", "later": "x",
	}, variables)
	for want, from := range map[string]corev1.EnvVarSource{
		"variable X: Secret keys has no key b: it has a": {SecretKeyRef: &corev1.SecretKeySelector{LocalObjectReference: reference(
			"keys"), Key: "b"}},
		"variable X: ConfigMap models/none does not exist: create it": {ConfigMapKeyRef: &corev1.ConfigMapKeySelector{LocalObjectReference: reference("none"), Key: "b"}},
		"variable X: field spec.none of a pod cannot be read":         {FieldRef: &corev1.ObjectFieldSelector{FieldPath: "spec.none"}},
		"variable X: resource limits.gpu of a container":              {ResourceFieldRef: &corev1.ResourceFieldSelector{Resource: "limits.gpu"}},
		"variable X: its source is not known here":                    {},
	} {
		_, err := v.variables(t.Context(), &container{Container: corev1.Container{Env: []corev1.EnvVar{{Name: "X", ValueFrom: &from}}}})
		require.ErrorContains(t, err, want)
	}
}
