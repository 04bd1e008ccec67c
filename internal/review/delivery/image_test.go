package delivery_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/review/delivery"
)

var newImage = "111122223333.dkr.ecr.us-east-1.amazonaws.com/models/churn@sha256:" + strings.Repeat("0a", 32)

func TestBumpImage(t *testing.T) {
	for name, c := range map[string][2]string{
		"comments and order": {"# head\nname: churn\nimage: a/b:1 # pinned\nenv: {image: x}\n", "# head\nname: churn\nimage: NEW # " +
			"pinned\nenv: {image: x}\n"},
		"quoted":              {"image: 'a/b:1'\nname: \"churn\"\n", "image: 'NEW'\nname: \"churn\"\n"},
		"double quoted":       {"image: \"a/b:1\" # x\n", "image: \"NEW\" # x\n"},
		"canary keeps its":    {"canary:\n  image: a/b:2\nimage: a/b:1\n", "canary:\n  image: a/b:2\nimage: NEW\n"},
		"in flow":             {"{name: é, image: a/b:1, route: {}}", "{name: é, image: NEW, route: {}}"},
		"same text elsewhere": {"name: b\nimage: b\n", "name: b\nimage: NEW\n"},
		"windows line ends":   {"name: b\r\nimage: a/b:1\r\n", "name: b\r\nimage: NEW\r\n"},
	} {
		got, err := delivery.BumpImage([]byte(c[0]), newImage)
		require.NoError(t, err, name)
		require.Equal(t, strings.ReplaceAll(c[1], "NEW", newImage), string(got), name)
	}
	for file, want := range map[string]string{"name: churn\n": "no key image", "image: {a: b}\n": "no key image", "": "no key image",
		"[": "not YAML", "image: |\n  a/b:1\n": "plainly"} {
		_, err := delivery.BumpImage([]byte(file), newImage)
		require.ErrorContains(t, err, want, file)
	}
	for _, image := range []string{"", "churn:1.0", "a/b@sha256:12", newImage + "\nname: x", "$(id)/b@sha256:" + strings.Repeat("0", 64)} {
		_, err := delivery.BumpImage([]byte("image: a/b:1\n"), image)
		require.ErrorContains(t, err, "IMAGE is", image)
	}
}

// Whatever comes before and after, all but the image stays byte by byte.
func TestBumpImageKeepsTheRest(t *testing.T) {
	line := rapid.SampledFrom([]string{"# ünïcode\n", "name: churn\n", "\n", "compute: nodes # image: no\n", "env:\n  image: a/b:1\n"})
	rapid.Check(t, func(t *rapid.T) {
		seen := map[string]bool{}
		draw := func(label string) (text string) {
			for _, l := range rapid.SliceOfN(line, 0, 4).Draw(t, label) {
				key, _, _ := strings.Cut(l, ":")
				if !seen[key] { // a key may be there once
					text, seen[key] = text+l, true
				}
			}
			return text
		}
		before, after := draw("before"), draw("after")
		quote := rapid.SampledFrom([]string{"", "'", `"`}).Draw(t, "quote")
		comment := rapid.SampledFrom([]string{"", " # why", "   # image: x"}).Draw(t, "comment")
		write := func(image string) string {
			return before + "image:  " + quote + image + quote + comment + "\n" + after
		}
		got, err := delivery.BumpImage([]byte(write("ghcr.io/a/b:1")), newImage)
		require.NoError(t, err)
		require.Equal(t, write(newImage), string(got))
	})
}
