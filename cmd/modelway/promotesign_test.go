package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// keys writes a pair of keys into files, and returns their names.
func keys(t *testing.T, name string) (private, public string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	known, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	require.NoError(t, err)
	private, public = name+".pem", name+".pub"
	require.NoError(t, os.WriteFile(private, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600))
	require.NoError(t, os.WriteFile(public, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: known}), 0o644))
	return private, public
}

// TestPromoteOfSignedFiles signs the files of a version with the real program, and promotes them for the key that signed alone, and as they
// were signed alone.
func TestPromoteOfSignedFiles(t *testing.T) {
	program, err := filepath.Abs("../../.modelway/signing/bin/" + signer)
	require.NoError(t, err)
	if found, err := exec.LookPath(signer); err == nil {
		program = found
	} else if _, err := os.Stat(program); err != nil {
		t.Skipf("signatures need the program %s: python3 -m venv .modelway/signing && .modelway/signing/bin/pip install %s", signer, signerPackages)
	}
	promotable(t)
	t.Setenv("PATH", filepath.Dir(program)+string(os.PathListSeparator)+os.Getenv("PATH"))
	private, public := keys(t, "ours")
	_, other := keys(t, "theirs")
	args := func(key string) []string {
		return []string{"promote", "churn/3", "--bucket", "models", "--skip", "serving", "--verify-signature", "--public-key", key}
	}
	refused := func(want, key string) {
		t.Helper()
		code, out, notes := run(args(key)...)
		require.Equal(t, exitFailed, code, out)
		require.Contains(t, notes, "gate signed: "+want)
	}
	refused("the files have no model.sig; fix: sign the folder with `model_signing sign`", public)
	output, err := exec.Command(program, "sign", "key", "--private_key", private, "--signature", "files/model.sig", "files").CombinedOutput()
	require.NoError(t, err, "%s", output)
	out, _ := succeed(t, args(public)...)
	require.Regexp(t, `(?m)^signed +passes +all files are signed by the key in ours.pub$`, out)
	refused("model.sig does not hold: ", other)
	write(t, "files", map[string]string{"more.txt": "not signed"})
	refused("model.sig does not hold: ", public)
	require.NoError(t, os.Remove("files/more.txt"))
	write(t, "files", map[string]string{"model.ubj": "other weights"})
	refused("model.sig does not hold: ", public)
}

// The flags go together, and without the program there is a way to get it.
func TestPromoteOfSignedFilesRefuses(t *testing.T) {
	promotable(t)
	t.Setenv("PATH", t.TempDir())
	bring := []string{"promote", "churn/3", "--bucket", "models", "--skip", "serving"}
	const who = "--verify-signature needs to know who has to have signed; allowed: --identity with --identity-provider, or --public-key"
	for _, c := range []struct {
		want string
		args []string
	}{
		{who, []string{"--verify-signature"}},
		{who, []string{"--verify-signature", "--identity", "a@company.com"}},
		{who, []string{"--verify-signature", "--identity", "a@company.com", "--identity-provider", "https://a", "--public-key", "a.pub"}},
		{"fix: give --verify-signature, too", []string{"--public-key", "a.pub"}},
		{"gate signed: the program model_signing is not on PATH; fix: `python3 -m venv .modelway/signing", []string{"--verify-signature", "--identity",
			"a@company.com", "--identity-provider", "https://a"}},
	} {
		code, _, notes := run(append(bring, c.args...)...)
		require.Equal(t, exitFailed, code, c.args)
		require.Contains(t, notes, c.want)
	}
}
