package iamdoc

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzParse requires a document that is read to be written, and read again, as the same.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		`{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":["s3:GetObject"],"Resource":"arn:aws:s3:::b/*"}]}`,
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn"},"Action":["sts:A"],"Condition":{"StringLike":{"a":["b","c"]}}}]}`,
		`{"Version":"2012-10-17","Statement":null}`, `{}`, `[]`, `{"Version":"2012-10-17"}{`, `{"Statement":[null]}`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		document, err := parse(text)
		if err != nil || document.Validate() != nil {
			return
		}
		written, err := document.JSON()
		require.NoError(t, err)
		again, err := parse(written)
		require.NoError(t, err)
		rewritten, err := again.JSON()
		require.NoError(t, err)
		require.Equal(t, written, rewritten)
	})
}
