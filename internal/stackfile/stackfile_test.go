package stackfile_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/stackfile"
)

func TestSettings(t *testing.T) {
	folder := t.TempDir()
	project, stack := filepath.Join(folder, "Pulumi.yaml"), filepath.Join(folder, "Pulumi.dev.yaml")
	require.NoError(t, os.WriteFile(stack, []byte("config:\n  aws:region: us-east-1\n  acme:size: {cpu: 1, names: [a]}\n  acme:count: "+
		"12345678\n  acme:token: {secure: v1:abc}\n"), 0o600))

	alone, err := stackfile.Read(project, stack)
	require.NoError(t, err)
	require.Equal(t, stackfile.DefaultProject, alone.Project)

	require.NoError(t, os.WriteFile(project, []byte("name: acme\nconfig:\n  size: {type: object, default: {cpu: 9}}\n  other: {type: "+
		"string, default: x}\n  none: {type: string}\n"), 0o600))
	settings, err := stackfile.Read(project, stack)
	require.NoError(t, err)
	require.Equal(t, stackfile.Settings{Project: "acme", Config: map[string]string{
		"aws:region": "us-east-1", "acme:size": `{"cpu":1,"names":["a"]}`, "acme:other": "x", "acme:count": "12345678", "acme:token": "encrypted",
	}}, settings)

	_, err = stackfile.Read(project, filepath.Join(folder, "Pulumi.prod.yaml"))
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.NoError(t, os.WriteFile(stack, []byte("config: ["), 0o600))
	_, err = stackfile.Read(project, stack)
	require.ErrorContains(t, err, "Pulumi.dev.yaml")
}

// What the Pulumi CLI makes of values, as its own types read them, with and without a way over a document that is written again.
func TestValuesAreThoseOfTheCLI(t *testing.T) {
	file := filepath.Join(t.TempDir(), stackfile.Name("dev"))
	const text = "config:\n  acme:day: {expires: 2027-03-31}\n  acme:yes: yes\n  acme:big: 12345678901234567890\n  acme:none:\n  acme:list: " +
		"[1, 2.5, true, {1: a}]\n"
	want := map[string]string{
		"acme:day": `{"expires":"2027-03-31 00:00:00 +0000 UTC"}`, "acme:yes": "yes", "acme:big": "12345678901234567890", "acme:none": "",
		"acme:list": `[1,2.5,true,{"1":"a"}]`,
	}
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	for range 2 {
		document, err := stackfile.Document(file)
		require.NoError(t, err)
		settings, err := stackfile.Of(document)
		require.NoError(t, err)
		require.Equal(t, want, settings.Config)
		again, err := stackfile.Write(document)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(file, again, 0o600))
	}
	require.Equal(t, "dev", stackfile.StackOf(file))
}

// TestFind requires an error that names the stacks that there are, for every way in which a file is not there.
func TestFind(t *testing.T) {
	root := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi.dev.yaml"), nil, 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(root, "Pulumi.prod.yaml"), 0o700))
	file, err := stackfile.Find(root, "dev")
	require.NoError(t, err)
	require.Equal(t, filepath.Join(root, "Pulumi.dev.yaml"), file)
	for folder, says := range map[string]string{root: "there are dev, prod; fix: name one of them", file: "there are none of another stack"} {
		_, err = stackfile.Find(folder, "none")
		require.ErrorContains(t, err, `stack "none" has no settings `)
		require.ErrorContains(t, err, says)
	}
	_, err = stackfile.Find(root, "none")
	require.ErrorContains(t, err, "copy "+file+" to "+filepath.Join(root, "Pulumi.none.yaml")+" and", "it works from any folder")
	_, err = stackfile.Find(root, "prod")
	require.ErrorContains(t, err, "is a folder; allowed: a file")
}

// TestABrokenProjectFile requires the fix not to be of a stack's file, which has other keys.
func TestABrokenProjectFile(t *testing.T) {
	root := t.TempDir()
	project, stack := filepath.Join(root, "Pulumi.yaml"), filepath.Join(root, "Pulumi.dev.yaml")
	require.NoError(t, os.WriteFile(project, []byte("name: [\n"), 0o600))
	require.NoError(t, os.WriteFile(stack, nil, 0o600))
	_, err := stackfile.Read(project, stack)
	require.ErrorContains(t, err, project+":1: not valid YAML")
	require.NotContains(t, err.Error(), "encryptionsalt")
	require.ErrorContains(t, err, "end what the line begins, with ]")
	for text, fix := range map[string]string{
		"config:\n  modelway:network:\n   - [ bad\n": "end what the line begins, with ]", "config: {a: \"b\n": "", "config:\n  a: 'b\n": "with '",
		"config:\n  a: \x00\n": "remove what is no text",
	} {
		require.NoError(t, os.WriteFile(stack, []byte(text), 0o600))
		_, err = stackfile.Document(stack)
		require.ErrorContains(t, err, "not valid YAML")
		require.ErrorContains(t, err, fix)
		require.NotContains(t, err.Error(), "indent")
	}
}
