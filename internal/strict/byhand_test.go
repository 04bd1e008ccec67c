package strict_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/strict"
)

func TestFixesByHand(t *testing.T) {
	for command, line := range map[string]string{
		"fix: pulumi config set --stack dev --path modelway:network.cidr 10.0.0.0/16": "fix: in Pulumi.dev.yaml, write " +
			"modelway:network: {cidr: 10.0.0.0/16} below config:",
		"pulumi config set --stack dev aws:region us-east-1": "in Pulumi.dev.yaml, write aws:region: us-east-1 below config:",
		"pulumi config set --stack dev --path 'modelway:compute.nodeGroups[0].minSize' 3 # at least": "in Pulumi.dev.yaml, write 3 at " +
			"modelway:compute.nodeGroups[0].minSize # at least",
		"pulumi config set --stack dev --path --type string modelway:tags.code 007": "in Pulumi.dev.yaml, write " +
			"modelway:tags: {code: '007'} below config:",
		"pulumi config set --stack dev --path modelway:tags '{}'": "in Pulumi.dev.yaml, write modelway:tags: {} below config:",
		"pulumi config set --stack dev --path modelway:a.b 'two words'\nor: pulumi config rm --stack dev --path modelway:a.c": "in " +
			"Pulumi.dev.yaml, write modelway:a: {b: 'two words'} below config:\nor: in Pulumi.dev.yaml, remove modelway:a.c",
		"take the value from `pulumi config set --secret`, or wrap it": "take the value from `pulumi config set --secret`, or wrap it",
		"pulumi up --stack dev": "pulumi up --stack dev",
	} {
		require.Equal(t, line, strict.ByHand(command))
	}
}
