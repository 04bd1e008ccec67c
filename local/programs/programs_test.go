package programs

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/strict"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/kubelet"
)

// project is a checkout with the user's file, a script, and a folder beside it.
func project(t *testing.T, content string) (root string) {
	root = filepath.Join(t.TempDir(), "checkout")
	for _, dir := range []string{root, filepath.Join(root, "..", "churn")} {
		require.NoError(t, os.MkdirAll(dir, 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "serve.sh"), []byte("#!/bin/sh\n"), 0o755))
	}
	require.NoError(t, os.WriteFile(filepath.Join(root, FileName), []byte(content), 0o644))
	return root
}

func TestRead(t *testing.T) {
	root := project(t, `# my models
ghcr.io/acme/churn:
  command: [sh, ./serve.sh, --port, $(PORT)]
  directory: ../churn
  environment: {LEVEL: debug}
localhost:5000/own: {command: [./serve.sh]}
`)
	table, err := Read(root, "ghcr.io/acme/fraud=sh serve.sh --host $(BIND_ADDRESS); localhost:5000/own=sh -x ")
	require.NoError(t, err)
	sh := table["ghcr.io/acme/churn"].Command[0]
	require.True(t, filepath.IsAbs(sh), sh)
	require.Equal(t, kubelet.Table{
		"ghcr.io/acme/churn": {Command: []string{sh, "./serve.sh", "--port", "$(PORT)"}, Directory: filepath.Join(filepath.Dir(root), "churn"),
			Environment: map[string]string{"LEVEL": "debug"}},
		"ghcr.io/acme/fraud": {Command: []string{sh, "serve.sh", "--host", "$(BIND_ADDRESS)"}, Directory: root},
		"localhost:5000/own": {Command: []string{sh, "-x"}, Directory: root},
	}, table, "the variable wins over the file")
	own, err := Read(root, "")
	require.NoError(t, err)
	require.Equal(t, filepath.Join(root, "serve.sh"), own["localhost:5000/own"].Command[0])
	for _, content := range []string{"", "# nothing yet\n"} {
		table, err := Read(project(t, content), "")
		require.NoError(t, err)
		require.Empty(t, table)
	}
	table, err = Read(t.TempDir(), "")
	require.NoError(t, err, "without a file")
	require.Empty(t, table)
}

func TestFaultsOfPrograms(t *testing.T) {
	for name, test := range map[string]struct{ content, variable, want string }{
		"no map": {"[a]", "", "programs.yaml:1: the file holds a list; allowed: images with their programs; fix: write an image and " +
			"its command, such as ghcr.io/acme/churn: {command: [python3, serve.py], directory: ../churn}"},
		"unknown key": {"ghcr.io/acme/churn:\n  comand: [sh]\n  command: [sh]", "", "programs.yaml:2: ghcr.io/acme/churn.comand: is an " +
			"unknown key; allowed: command, directory, environment, runtime"},
		"no command": {"ghcr.io/acme/churn: {directory: .}", "", "programs.yaml:1: ghcr.io/acme/churn.command: no command; allowed: the " +
			"program and its arguments; fix: write command: [python3, serve.py]"},
		"command as text": {"ghcr.io/acme/churn: {command: sh serve.sh}", "", "programs.yaml:1: ghcr.io/acme/churn.command: is"},
		"no program": {"a/b:\n  command: [no-such-program]", "", "programs.yaml:2: a/b.command: no-such-program is not a program of " +
			"this machine: executable file not found in $PATH; allowed: a program on PATH"},
		"no file": {"a/b:\n  command: [./no.sh]", "", "programs.yaml:2: a/b.command: ./no.sh is not a program of this machine: "},
		"no folder": {"a/b:\n  command: [sh]\n  directory: ../nowhere", "", "programs.yaml:3: a/b.directory: ../nowhere is not a " +
			"folder of this machine; allowed: a folder, from the one that holds programs.yaml; fix: make "},
		"a tag": {"ghcr.io/acme/churn:1.0.0: {command: [sh]}", "", "programs.yaml:1: ghcr.io/acme/churn:1.0.0: the image has a tag " +
			"or a digest; allowed: an image repository"},
		"no image": {"'a b': {command: [sh]}", "", "programs.yaml:1: a b: the image is not an image reference; allowed: an image " +
			"repository, such as ghcr.io/acme/churn; fix: write it as in ghcr.io/acme/churn"},
		"a variable's name": {"a/b: {command: [sh], environment: {A B: c}}", "",
			`"A B" is not a name of a variable; allowed: names without = and spaces; fix: rename it`},
		"no YAML":           {"a/b: {command", "", "programs.yaml:1: not valid YAML"},
		"variable: no =":    {"", "ghcr.io/acme/churn", `MODELWAY_PROGRAMS: "ghcr.io/acme/churn" has no command; allowed: IMAGE=COMMAND, several divided by semicolons; fix: write MODELWAY_PROGRAMS='ghcr.io/acme/churn=python3 serve.py'`},
		"variable: nothing": {"", "ghcr.io/acme/churn= ", `MODELWAY_PROGRAMS: ghcr.io/acme/churn.command: no command`},
		"variable: program": {"", "a/b=no-such-program", `MODELWAY_PROGRAMS: a/b.command: no-such-program is not a program of this machine`},
	} {
		_, err := Read(project(t, test.content), test.variable)
		require.ErrorContains(t, err, test.want, name)
		require.ErrorAs(t, err, new(strict.Fault), name)
	}
	_, err := Read(project(t, "a/b: {command: [no-a]}\nc/d: {command: [no-c]}"), "e/f=no-e")
	for _, program := range []string{"no-a", "no-c", "no-e"} {
		require.ErrorContains(t, err, program, "all faults at once")
	}
}

// TestARuntimeOfPrograms has runtimes that work, that are not there, and that do not answer.
func TestARuntimeOfPrograms(t *testing.T) {
	bin := t.TempDir()
	t.Setenv("PATH", bin)
	runtime := func(name, script string) string {
		path := filepath.Join(bin, name)
		require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+script), 0o755))
		return path
	}
	docker := runtime("docker", `test "$1" = version`)
	table, err := Read(project(t, "a/b: {runtime: docker, environment: {LEVEL: debug}}"), "c/d=docker")
	require.NoError(t, err)
	require.Equal(t, kubelet.Table{
		"a/b": {Runtime: docker, Environment: map[string]string{"LEVEL": "debug"}}, "c/d": {Runtime: docker},
	}, table)

	runtime("docker", "echo Client: 29; echo 'Cannot connect to the Docker daemon. Is it running?' >&2; exit 1")
	for content, want := range map[string]string{
		"a/b: {runtime: docker}": "a/b.runtime: docker does not answer: Cannot connect to the Docker daemon. Is it running?; allowed: one that " +
			"runs; fix: start it, until `docker version` succeeds, or give the command that stands for the image",
		"a/b: {runtime: podman}": "podman is not a program of this machine: executable file not found in $PATH; allowed: a runtime on PATH; " +
			"fix: install it, or give",
		"a/b: {runtime: runc}": `"runc" is not a container runtime; allowed: docker, podman; fix: write one of them`,
		"a/b: {runtime: docker, command: [sh]}": "docker runs the image itself, beside a command or its directory; allowed: a runtime or a " +
			"command",
	} {
		_, err := Read(project(t, content), "")
		require.ErrorContains(t, err, want, content)
	}
}

func TestProgramsFollowWhatIsKept(t *testing.T) {
	c := checkout.Checkout{Root: t.TempDir()}
	require.NoError(t, os.MkdirAll(c.Bin(), 0o755))
	p := Of(c)
	_, why := p.Find(SampleImage + ":1")
	require.Contains(t, why, "is not built: run `make tools`")
	require.NoError(t, os.WriteFile(filepath.Join(c.Bin(), "modelserver"), nil, 0o755))
	_, why = p.Find("ghcr.io/acme/churn@sha256:0123")
	require.Equal(t, "no program here stands for image ghcr.io/acme/churn: name one in programs.yaml", why)

	_, why = p.Find("public.ecr.aws/eks/aws-load-balancer-controller:v3")
	require.Contains(t, why, "the load balancers of the local stack do its work")

	_, why = p.Find("docker.io/kserve/xgbserver:v0.20.0")
	require.Equal(t, "program kserve_runtime, which stands for image docker.io/kserve/xgbserver here, needs Python 3.10 to 3.13 with "+
		"packages: run `make python`", why)
	home := t.TempDir()
	require.NoError(t, os.Symlink(home, c.Python()))
	home, err := filepath.EvalSymlinks(home)
	require.NoError(t, err)
	program, why := p.Find("mirror.example.com/kserve/xgbserver:v0.20.0")
	require.Empty(t, why)
	require.Equal(t, []string{filepath.Join(home, "bin", "python"), "-m", "kserve_runtime", "xgboost"}, program.Command,
		"where a link leads to")

	for _, mirror := range []string{"modelway/model-server", "localhost:5000/modelway/model-server",
		"mirror.example.com/ghcr.io/modelway/model-server"} {
		_, why = p.Find(mirror + ":1")
		require.Empty(t, why, mirror)
	}
	_, why = p.Find("example.com/othermodelway/model-server:1")
	require.NotEmpty(t, why)

	before := p.Revision()
	require.NoError(t, Keep(c, kubelet.Table{"ghcr.io/acme/churn": {Command: []string{"sh"}}}))
	require.NotEqual(t, before, p.Revision())
	program, why = p.Find("ghcr.io/acme/churn:2")
	require.Empty(t, why)
	require.Equal(t, []string{"sh"}, program.Command)
	program, why = p.Find(SampleImage + ":1")
	require.Empty(t, why)
	require.Equal(t, []string{filepath.Join(c.Bin(), "modelserver")}, program.Command)

	now := p.Revision()
	require.NoError(t, Keep(c, kubelet.Table{"ghcr.io/acme/churn": {Command: []string{"sh"}}}))
	require.Equal(t, now, p.Revision(), "the same programs change nothing")
	require.NoError(t, os.Remove(keptFile(c)))
	require.NotEqual(t, now, p.Revision())
	_, why = p.Find("ghcr.io/acme/churn:2")
	require.NotEmpty(t, why)
}
