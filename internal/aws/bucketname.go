package aws

import (
	"net/netip"
	"strings"
)

// NotABucket says what a text is that has the form of BucketName and names no general purpose bucket; "" for one that may. S3 refuses such
// names for buckets, and policies of a bucket do not reach what they stand for
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html).
func NotABucket(name string) string {
	if _, err := netip.ParseAddr(name); err == nil {
		return "an IP address"
	}
	for _, reserved := range []struct{ end, is string }{
		{"-s3alias", "the alias of an access point"}, {"--ol-s3", "the alias of an Object Lambda access point"},
		{".mrap", "the alias of a Multi-Region access point"}, {"--x-s3", "a directory bucket of S3 Express One Zone"},
		{"--table-s3", "a table bucket"},
	} {
		if strings.HasSuffix(name, reserved.end) {
			return reserved.is
		}
	}
	for _, start := range []string{"xn--", "sthree-", "amzn-s3-demo-"} {
		if strings.HasPrefix(name, start) {
			return "a name that S3 keeps for itself"
		}
	}
	return ""
}
