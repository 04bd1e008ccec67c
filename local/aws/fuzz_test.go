package aws

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzAccountFile reads any account file: it is an account that can be walked, or an error.
func FuzzAccountFile(f *testing.F) {
	for _, text := range []string{
		`{}`, `null`, `{"resources":null,"interfaces":null,"loadBalancers":null}`, `{"resources":{"aws:ec2/vpc:Vpc":{"a":null}}}`,
		`{"resources":{"aws:ec2/vpc:Vpc":{"vpc-1":{"type":"aws:ec2/vpc:Vpc","id":"vpc-1","status":"DELETING","until":"2000-01-01T00:00:00Z"}}}}`,
		`{"interfaces":{"eni-1":null},"loadBalancers":{"arn":null}}`, `{"serial":-1}`, `{"resources":{"x":null}}`, "\x00\x00",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		account, err := Open(t.TempDir() + "/account.json")
		require.NoError(t, err)
		state, err := account.parse(raw)
		if err != nil {
			return
		}
		require.Equal(t, len(state.Left()) == 0, state.Empty())
	})
}
