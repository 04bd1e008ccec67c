package command

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/engine"
)

// past is an environment as the program of an earlier revision left it; testdata/past/README.md says how it was stored.
type past struct {
	// Revision of the program.
	Revision string
	// Stack is the environment.
	Stack string
	// Deployment is the engine's state, with secrets in plain text.
	Deployment json.RawMessage
	// Account is the simulated account.
	Account json.RawMessage
	// Released are the objects of the Helm releases, with the Secrets in which Helm keeps its own state.
	Released []map[string]any
}

// What stands in a stored environment for what another machine has differently.
const (
	pastEndpoint = "https://cluster.invalid"
	pastCA       = "CLUSTER-CA"
	pastCheckout = "/checkout/"
	pastPort     = "64999"
)

// readPast reads a stored environment for a running stack.
func (s *stack) readPast(file string) past {
	s.t.Helper()
	packed, err := os.Open(file)
	require.NoError(s.t, err)
	defer packed.Close()
	reader, err := gzip.NewReader(packed)
	require.NoError(s.t, err)
	text, err := io.ReadAll(reader)
	require.NoError(s.t, err)
	for stored, is := range map[string]string{
		pastEndpoint: s.status.Endpoint, pastCA: s.status.CertificateAuthority, pastCheckout: s.c.Root + "/", pastPort: strconv.Itoa(s.port),
	} {
		require.Contains(s.t, string(text), stored)
		text = bytes.ReplaceAll(text, []byte(stored), []byte(is))
	}
	var p past
	require.NoError(s.t, json.Unmarshal(text, &p))
	return p
}

// restore puts a stored environment onto this machine: the account, the engine's state and the objects in the cluster.
func (s *stack) restore(p past) engine.Project {
	s.t.Helper()
	project := hosted(s.c, s.status, p.Stack, s.port)
	account, err := aws.Open(s.c.Account())
	require.NoError(s.t, err)
	require.NoError(s.t, account.Update(func(state *aws.State) error { return json.Unmarshal(p.Account, state) }))
	opened, err := engine.Open(s.t.Context(), project, s.progress())
	require.NoError(s.t, err)
	require.NoError(s.t, opened.Import(s.t.Context(), apitype.UntypedDeployment{Version: 3, Deployment: p.encryptable(s.t, project)}))

	for _, object := range p.Released {
		packRelease(s.t, object)
	}
	crds, others := split(p.Released, func(o map[string]any) bool { return o["kind"] == "CustomResourceDefinition" })
	s.kubectl(list(s.t, crds), "create", "-f", "-")
	s.kubectl(nil, "wait", "--for=condition=Established", "crd", "--all", "--timeout=30s")
	s.kubectl(list(s.t, others), "create", "-f", "-")
	var state apitype.DeploymentV3
	require.NoError(s.t, json.Unmarshal(p.Deployment, &state))
	for _, r := range state.Resources {
		if manager, ok := r.Outputs["__fieldManager"].(string); ok {
			object, err := json.Marshal(plain(r.Inputs))
			require.NoError(s.t, err)
			s.kubectl(object, "apply", "--server-side", "--field-manager="+manager, "-f", "-")
		}
	}
	return project
}

// encryptable is the engine's state with the key of an opened project, by which an import encrypts the secrets.
func (p past) encryptable(t *testing.T, project engine.Project) json.RawMessage {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(project.Folder, "work", "Pulumi."+p.Stack+".yaml"))
	require.NoError(t, err)
	var settings struct{ EncryptionSalt string }
	require.NoError(t, yaml.Unmarshal(text, &settings))
	require.NotEmpty(t, settings.EncryptionSalt)
	var state map[string]any
	require.NoError(t, json.Unmarshal(p.Deployment, &state))
	state["secrets_providers"] = map[string]any{"type": "passphrase", "state": map[string]any{"salt": settings.EncryptionSalt}}
	deployment, err := json.Marshal(state)
	require.NoError(t, err)
	return deployment
}

func (s *stack) kubectl(stdin []byte, args ...string) {
	s.t.Helper()
	cmd := exec.CommandContext(s.t.Context(), filepath.Join(s.c.Bin(), "kubectl"), append([]string{"--kubeconfig", s.status.Kubeconfig},
		args...)...)
	cmd.Stdin = bytes.NewReader(stdin)
	cmd.Env = append(os.Environ(), "HOME="+s.c.Root) // kubectl caches what an API server has by its address
	out, err := cmd.CombinedOutput()
	require.NoError(s.t, err, "kubectl %s\n%s\n%s", strings.Join(args, " "), out, stdin)
}

func list(t *testing.T, objects []map[string]any) []byte {
	t.Helper()
	text, err := json.Marshal(map[string]any{"apiVersion": "v1", "kind": "List", "items": objects})
	require.NoError(t, err)
	return text
}

func split[T any](all []T, first func(T) bool) (yes, no []T) {
	for _, one := range all {
		if first(one) {
			yes = append(yes, one)
		} else {
			no = append(no, one)
		}
	}
	return yes, no
}

// packRelease puts Helm's state of a release into its Secret in Helm's own form: JSON, compressed and encoded twice. It is stored as JSON,
// since compressed text does not compress again.
func packRelease(t *testing.T, object map[string]any) {
	t.Helper()
	release, ok := object["release"].(map[string]any)
	if !ok {
		return
	}
	delete(object, "release")
	chart := release["chart"].(map[string]any)
	for _, part := range []string{"templates", "files"} {
		files, _ := chart[part].([]any)
		for _, file := range files {
			file := file.(map[string]any)
			file["data"] = []byte(file["data"].(string))
		}
	}
	text, err := json.Marshal(release)
	require.NoError(t, err)
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	_, err = writer.Write(text)
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	object["data"] = map[string]any{"release": []byte(base64.StdEncoding.EncodeToString(packed.Bytes()))}
}

// plain is a value of the engine's state without the wrapping of secrets.
func plain(value any) any {
	switch value := value.(type) {
	case map[string]any:
		if text, ok := value["plaintext"].(string); ok && value["4dabf18193072939515e22adb298388d"] != nil {
			var inner any
			if json.Unmarshal([]byte(text), &inner) == nil {
				return plain(inner)
			}
		}
		object := map[string]any{}
		for key, inner := range value {
			object[key] = plain(inner)
		}
		return object
	case []any:
		all := make([]any, len(value))
		for i, inner := range value {
			all[i] = plain(inner)
		}
		return all
	}
	return value
}

// previewOf previews a project, and returns the engine's events.
func (s *stack) previewOf(p engine.Project) []byte {
	s.t.Helper()
	var log bytes.Buffer
	progress := s.progress()
	progress.Log = &log
	require.NoError(s.t, engine.Preview(context.Background(), p, progress))
	return log.Bytes()
}
