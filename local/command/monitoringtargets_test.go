package command

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/outputs"

	"github.com/modelway/modelway/local/testcluster"
)

// measured switches the monitoring on, with somebody who is told, as production has to.
const measured = "config:\n  modelway:monitoring: {enabled: true, scrapeSeconds: 15, alerts: {receivers: [{name: ml, type: sns, " +
	"topicArn: 'arn:aws:sns:us-east-1:111122223333:ml'}]}}\n"

// TestMonitoringFindsEveryModel brings dev and prod up with the monitoring, each with a canary, and wants each of their pods to be scraped
// as one of its model and version.
func TestMonitoringFindsEveryModel(t *testing.T) {
	t.Parallel()
	testcluster.Build(t, "monitoring")
	const own = "  modelway:monitoring:\n    enabled: true\n"
	for stack, change := range map[string][2]string{"dev": {"config:\n", measured}, "prod": {own, own + "    scrapeSeconds: 15\n"}} {
		t.Run(stack, func(t *testing.T) {
			s := start(t)
			edit(t, s.c, "Pulumi."+stack+".yaml", change[0], change[1])
			edit(t, s.c, "models/churn.yaml", "image:", "canary: {image: 'ghcr.io/modelway/model-server:"+canaryVersion+"', weight: 10}\nimage:")
			var out bytes.Buffer
			require.NoError(t, up(t.Context(), &out, s.c, stack, s.port, ""), &out)
			m := s.monitored(t)
			require.Len(t, m.models(), 3)
			m.requireTargets()
			require.NoError(t, down(t.Context(), &out, s.c, false), &out)
			s.requireGone()
		})
	}
}

// TestMonitoringFindsFiles wants the pods of a model that KServe serves by its files to be scraped, the stable version's and the canary's.
func TestMonitoringFindsFiles(t *testing.T) {
	t.Parallel()
	testcluster.Build(t, "monitoring", "kserve-controller", "storage-initializer")
	s := startIn(t, withKServe(t, newCheckout(t)))
	edit(t, s.c, "Pulumi.local.yaml", "config:\n", measured)
	s.succeed("up")
	_, outs := s.up()
	store := "s3://" + outs[outputs.ModelStore].Value.(string) + "/churn/"
	one, two := s.put(store+"1/", "-1.6"), s.put(store+"2/", "-1.2")
	s.writeModel("churn", "name: churn\nmodel: {format: modelway, "+one+"}\ncanary: {model: {"+two+"}, weight: 50}\n")
	s.succeed("up")
	m := s.monitored(t)
	m.requireTargets()
	s.succeed("down")
	s.requireGone()
}
