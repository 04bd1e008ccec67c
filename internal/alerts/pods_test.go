package alerts_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/alerts"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/serving"
)

// ofPods reads the replacement and the pattern of the query that finds the Deployment of a pod.
var ofPods = regexp.MustCompile(`"deployment", "([^"]+)", "pod", "([^"]+)"`)

// podOf is the name that the API server makes of that of a ReplicaSet: cut to 58 characters, with five more
// (https://github.com/kubernetes/apiserver/blob/v0.35.0/pkg/storage/names/generate.go).
func podOf(deployment, hash, random string) string {
	base := deployment + "-" + hash + "-"
	return base[:min(len(base), 58)] + random
}

// TestPodsOfLongNamesAreOfTheirModel wants the pods of every version of models with names of every length found: the API server cuts what
// lies between a long name and the random end of a pod's.
func TestPodsOfLongNamesAreOfTheirModel(t *testing.T) {
	parts := ofPods.FindStringSubmatch(alerts.OfPods("series"))
	require.Len(t, parts, 3)
	pattern := regexp.MustCompile("^(?s:" + parts[2] + ")$")
	for length := 1; length <= modelspec.MaxNameLength; length++ {
		m := modelspec.Default()
		m.Name = strings.Repeat("x", length)
		m.Image, m.Canary.Image, m.Canary.Weight = "example.com/x:1", "example.com/x:2", 10
		of := serving.Versions(m)
		m.Image, m.Canary.Image = "", ""
		m.Files.URI, m.Files.Format = "s3://bucket/x/", "sklearn"
		m.Canary.Files.URI = "s3://bucket/y/"
		for _, v := range append(of, serving.Versions(m)...) {
			for _, hash := range []string{"7b95687949", "6c9cb85f7f", "d4"} {
				pod := podOf(v.DeploymentName(), hash, "wkh2g")
				require.Regexp(t, pattern, pod)
				require.Equal(t, v.DeploymentName(), pattern.ReplaceAllString(pod, parts[1]), pod)
			}
		}
	}
}
