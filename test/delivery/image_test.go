package delivery

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const registry = "111122223333.dkr.ecr.us-east-1.amazonaws.com"

var churn = registry + "/models/churn@sha256:" + strings.Repeat("ab", 32)

// docker answers as Docker does, which after a push knows the digest.
var docker = `case "$1" in save) echo tar > "$3" ;; image) echo other/churn@sha256:00; echo ` + churn + ` ;; esac`

func TestImageIsBuiltAndPushedByDigest(t *testing.T) {
	w := newWorld(t)
	w.env["MODEL"], w.env["CONTEXT"], w.env["REGISTRY"], w.env["GITHUB_RUN_ID"], w.env["GITHUB_RUN_ATTEMPT"] = "churn", "churn-image",
		registry, "99", "2"
	w.write("churn-image/Dockerfile", "FROM scratch\n")
	w.program("docker", docker)
	out, err := w.ci("image-build")
	require.NoError(t, err, out)
	require.Contains(t, w.called(), "docker build --pull --tag modelway/churn:scan churn-image\n")
	require.Equal(t, "image=modelway/churn:scan\n", w.outputs())

	out, err = w.ci("image-push")
	require.NoError(t, err, out)
	require.Regexp(t, `docker push `+registry+`/models/churn:[0-9a-f]{12}-99-2\n`, w.called())
	require.Contains(t, w.outputs(), "image="+churn+"\n")

	w.program("docker", `[ "$1" != push ] || { echo "name unknown: The repository does not exist" >&2; exit 1; }`)
	out, err = w.ci("image-push")
	require.Error(t, err)
	require.Contains(t, out, "modelway:delivery.repositories")
}

func TestImageInputsAreChecked(t *testing.T) {
	for name, c := range map[string][3]string{
		"a name with a command": {"churn$(touch x)", "churn-image", "is not the name of a model"},
		"a path":                {"../models/churn", "churn-image", "is not the name of a model"},
		"an unknown model":      {"nobody", "churn-image", "there is no models/nobody.yaml"},
		"a folder outside":      {"churn", "../..", "is outside of the checkout"},
		"an absolute folder":    {"churn", "/", "is outside of the checkout"},
		"no Dockerfile":         {"churn", "docs", "has no Dockerfile"},
		"no folder":             {"churn", "", "CONTEXT is empty"},
		"no model":              {"", "docs", "MODEL is empty"},
	} {
		w := newWorld(t)
		w.env["MODEL"], w.env["CONTEXT"] = c[0], c[1]
		w.write("churn-image/Dockerfile", "FROM scratch\n")
		w.program("docker", docker)
		out, err := w.ci("image-build")
		require.Error(t, err, name)
		require.Contains(t, out, c[2], name)
		require.Empty(t, w.called(), name)
	}
}

func TestPullRequestForAnImage(t *testing.T) {
	w := newWorld(t)
	origin := filepath.Join(t.TempDir(), "origin.git")
	w.git("init", "--quiet", "--bare", origin)
	w.git("remote", "add", "origin", origin)
	w.env["MODEL"], w.env["IMAGE"], w.env["GH_TOKEN"], w.env["GITHUB_REPOSITORY"] = "churn", churn, "token", "company/modelway"
	w.program("gh", "")
	before := w.read("models/churn.yaml")
	out, err := w.ci("image-pull-request")
	require.NoError(t, err, out)
	require.Contains(t, w.called(), "gh pr create --repo company/modelway --head image/churn-abababababab --base main --title Run churn at "+
		"abababababab")
	after := w.git("--git-dir", origin, "show", "image/churn-abababababab:models/churn.yaml")
	require.Equal(t, strings.TrimSpace(strings.Replace(before, "ghcr.io/modelway/model-server:0.1.0", churn, 1)), after)

	w.git("switch", "--quiet", "main")
	w.git("branch", "--quiet", "-D", "image/churn-abababababab")
	require.NoError(t, os.Remove(w.calls))
	w.program("gh", `case "$*" in "pr list"*) echo https://github.com/company/modelway/pull/5 ;; esac`)
	out, err = w.ci("image-pull-request")
	require.NoError(t, err, out)
	require.Contains(t, out, "pull/5")
	require.NotContains(t, w.called(), "pr create")

	out, err = w.ci("image-pull-request")
	require.NoError(t, err, out)
	require.Contains(t, out, "names "+churn+" already")
}

// Whatever a target needs and does not find, it names, with the fix.
func TestWhatIsMissingIsNamed(t *testing.T) {
	all := map[string]string{
		"STACK": "prod", "PULUMI_BACKEND_URL": "s3://state", "GH_TOKEN": "t", "GITHUB_REPOSITORY": "c/m",
		"PULUMI_ORGANIZATION": "company",
		"PREVIEW_ROLE_ARN":    "arn", "MODEL": "churn", "CONTEXT": "churn-image", "REGISTRY": registry, "IMAGE": churn, "HOURS": "2",
	}
	for _, c := range []struct {
		target, missing string
	}{
		{"organization", "pulumi"}, {"organization", "PULUMI_ORGANIZATION"}, {"organization", "PULUMI_BACKEND_URL"},
		{"preview", "pulumi"}, {"preview", "STACK"}, {"preview", "PULUMI_BACKEND_URL"},
		{"plan", "pulumi"}, {"plan", "STACK"}, {"plan", "PULUMI_BACKEND_URL"},
		{"apply", "pulumi"}, {"apply", "STACK"}, {"apply", "PULUMI_BACKEND_URL"}, {"apply", "kubectl"},
		{"verify", "pulumi"}, {"verify", "STACK"}, {"verify", "PULUMI_BACKEND_URL"},
		{"drift", "pulumi"}, {"drift", "gh"}, {"drift", "STACK"},
		{"ephemeral-destroy", "pulumi"}, {"ephemeral-keep", "pulumi"}, {"ephemeral-keep", "STACK"}, {"ephemeral-keep", "HOURS"},
		{"image-build", "docker"}, {"image-build", "MODEL"}, {"image-push", "docker"}, {"image-push", "REGISTRY"},
		{"image-pull-request", "gh"}, {"image-pull-request", "IMAGE"},
	} {
		w := newWorld(t)
		w.write("churn-image/Dockerfile", "FROM scratch\n")
		for name, value := range all {
			w.env[name] = value
		}
		if strings.HasPrefix(c.target, "ephemeral") {
			w.env["STACK"] = "pr-1"
		}
		for _, name := range []string{"pulumi", "gh", "docker", "kubectl", "modelway"} {
			w.program(name, "")
		}
		want := "The environment variable " + c.missing + " is empty: set it to "
		if _, variable := all[c.missing]; variable {
			delete(w.env, c.missing)
		} else {
			require.NoError(t, os.Remove(filepath.Join(w.bin, c.missing)))
			want = c.missing + " is not on PATH: install it from https://"
		}
		out, err := w.ci(c.target)
		require.Error(t, err, "%s without %s", c.target, c.missing)
		require.Contains(t, out, want, "%s without %s", c.target, c.missing)
	}
}
