package aws

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/local/durable"
)

// A damaged account file is named with the way out, and the way out works.
func TestDamagedAccount(t *testing.T) {
	path := filepath.Join(t.TempDir(), "account.json")
	account, err := Open(path)
	require.NoError(t, err)
	nothing := func(*State) error { return nil }
	require.NoError(t, account.Update(nothing))
	require.NoError(t, account.Update(nothing))
	require.NoError(t, os.WriteFile(path, []byte(`{"serial":`), 0o644))

	backup := durable.BackupOf(path)
	for _, err := range []error{account.View(nothing), account.Update(nothing), snapshot(account)} {
		require.ErrorContains(t, err, path+" is not the JSON of an account")
		require.ErrorContains(t, err, "`mv "+backup+" "+path+"`")
	}
	require.NoError(t, os.Rename(backup, path))
	require.NoError(t, account.View(func(s *State) error { require.EqualValues(t, 1, s.Serial); return nil }))

	require.NoError(t, os.WriteFile(path, nil, 0o644))
	require.ErrorContains(t, account.View(nothing), "`modelway down --forget`")
}

// An account file that is gone while its backup is there is no new account.
func TestMissingAccount(t *testing.T) {
	path := filepath.Join(t.TempDir(), "account.json")
	account, err := Open(path)
	require.NoError(t, err)
	nothing := func(*State) error { return nil }
	require.NoError(t, account.View(nothing), "a new account")
	require.NoError(t, account.Update(nothing))
	require.NoError(t, account.Update(nothing))
	require.NoError(t, os.Remove(path))

	backup := durable.BackupOf(path)
	for _, err := range []error{account.View(nothing), account.Update(nothing), snapshot(account)} {
		require.ErrorContains(t, err, path+" is missing")
		require.ErrorContains(t, err, "`mv "+backup+" "+path+"`")
	}
	require.NoFileExists(t, path)
	require.NoError(t, os.WriteFile(backup, []byte("{"), 0o644))
	require.ErrorContains(t, account.View(nothing), "`modelway down --forget`")
	require.NoError(t, os.Remove(backup))
	require.NoError(t, account.View(nothing), "a new account")
}

func snapshot(a *Account) error {
	_, err := a.Snapshot()
	return err
}
