package aws

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNotABucket(t *testing.T) {
	for name, want := range map[string]string{
		"company-models": "", "192.168.0": "", "models.company.com": "", "s3alias": "", "demo-xn--models": "",
		"192.168.0.1": "an IP address", "models-hrzrlukc5m36ft7okagglf3gmwluquse1b-s3alias": "the alias of an access point",
		"models-lambda--ol-s3": "the alias of an Object Lambda access point", "mfzwi23gnjvgw.mrap": "the alias of a Multi-Region access point",
		"models--use1-az4--x-s3": "a directory bucket of S3 Express One Zone", "models--table-s3": "a table bucket",
		"xn--mdels-jua": "a name that S3 keeps for itself", "amzn-s3-demo-bucket": "a name that S3 keeps for itself",
	} {
		require.Equal(t, want, NotABucket(name), name)
	}
}
