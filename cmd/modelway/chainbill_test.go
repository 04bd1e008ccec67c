package main

import (
	"bytes"
	"encoding/json"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// charge is a line of a bill that is added up by hand: between least and most things, each at a price in US dollars.
type charge struct {
	component   string
	least, most int64
	price       string
	hourly      bool // for each of the 730 hours of a month; else for the month
}

// chainCharges are what examples/configurations/Pulumi.chain.yaml costs, read off its settings, at the list prices of us-east-1. Each price
// is written here once more, so that one that changes by mistake is seen.
var chainCharges = []charge{
	// https://aws.amazon.com/eks/pricing/: one control plane in standard support. https://aws.amazon.com/kms/pricing/: its key for Secrets.
	{"cluster", 1, 1, "0.10", true},
	{"cluster", 1, 1, "1.00", false},
	// https://aws.amazon.com/vpc/pricing/: natGateways: perZone in 3 zones, each with an address.
	{"network", 3, 3, "0.045", true},
	{"network", 3, 3, "0.005", true},
	// https://aws.amazon.com/ec2/pricing/on-demand/: m6i.2xlarge, 3 to 6. https://aws.amazon.com/ebs/pricing/: 50 GB of gp3 each.
	{"compute", 3, 6, "0.384", true},
	{"compute", 3 * 50, 6 * 50, "0.08", false},
	// https://aws.amazon.com/rds/mysql/pricing/: db.t4g.medium and its standby, each with 20 GB that may grow to 100.
	{"database", 2, 2, "0.065", true},
	{"database", 2 * 20, 2 * 100, "0.115", false},
	// https://aws.amazon.com/secrets-manager/pricing/: the secret of its password.
	{"database", 1, 1, "0.40", false},
	// https://aws.amazon.com/elasticloadbalancing/pricing/: that of models and that of tools; the first has a public address in 3 zones.
	{"ingress", 2, 2, "0.0225", true},
	{"ingress", 3, 3, "0.005", true},
	// Volumes of two pods of Prometheus, 50 GB each, and of two of Alertmanager, 1 GB each.
	{"monitoring", 2*50 + 2*1, 2*50 + 2*1, "0.08", false},
}

// TestTheChainIsBilledToTheCent adds the bill of the whole chain up by hand, and has the command say the same: of each component,
// and in all.
func TestTheChainIsBilledToTheCent(t *testing.T) {
	requireBill(t, "chain", filepath.Join(repository, "examples", "configurations", "Pulumi.chain.yaml"), chainCharges, "1188.32", "2059.68")
}

// devParts are the parts of the chain for the dev environment, in their smallest shape, and nodes that hold them.
const devParts = `  modelway:database: {enabled: true}
  modelway:mlflow: {enabled: true}
  modelway:pipelines:
    enabled: true
    manifests: ./local/manifests/kubeflow-pipelines.yaml
    digest: sha256:5d9cb27cb3e1bf0319bd45904742df921203c5bac08317cdb85e79de1f7b1c04
  modelway:kserve: {enabled: true}
  modelway:monitoring: {enabled: true}
`

// devTypes are the instance types of dev, in its file, and devNodes what takes their place.
const (
	devTypes = "[t3.large, t3a.large, m6i.large]"
	devNodes = "[t3.xlarge, t3a.xlarge, m6i.xlarge]\n        minSize: 2\n        maxSize: 4\n"
)

// devCharges are what Pulumi.dev.yaml costs with devParts and two to four nodes.
var devCharges = []charge{
	{"cluster", 1, 1, "0.10", true},
	{"cluster", 1, 1, "1.00", false},
	{"network", 1, 1, "0.045", true},
	{"network", 1, 1, "0.005", true},
	// t3.xlarge, the first of the instance types, at the price on demand, and 50 GB each.
	{"compute", 2, 4, "0.1664", true},
	{"compute", 2 * 50, 4 * 50, "0.08", false},
	// https://aws.amazon.com/fargate/pricing/: CoreDNS and the metrics server, two pods each, of 0.25 vCPU and 0.5 GB:
	// 0.25 x 0.04048 + 0.5 x 0.004445 = 0.0123425.
	{"addons", 2 + 2, 2 + 2, "0.0123425", true},
	// Two pods each of 768Mi, and 256Mi that Fargate takes, so 1 GB: 0.25 x 0.04048 + 1 x 0.004445 = 0.014565.
	{"autoscaler", 2, 2, "0.014565", true},
	{"controller", 2, 2, "0.014565", true},
	// churn and fraud-detection, one to three pods each, of the same size; recommender is on nodes.
	{"model", 2 * 1, 2 * 3, "0.014565", true},
	{"database", 1, 1, "0.016", true},
	{"database", 20, 100, "0.115", false},
	{"database", 1, 1, "0.40", false},
	{"ingress", 1, 1, "0.0225", true},
	{"ingress", 2, 2, "0.005", true},
	{"monitoring", 50 + 1, 50 + 1, "0.08", false},
}

// TestTheChainInDevIsBilledToTheCent has the parts on in the dev environment, half of whose pods are on Fargate.
func TestTheChainInDevIsBilledToTheCent(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(repository, "Pulumi.dev.yaml"))
	require.NoError(t, err)
	require.Contains(t, string(text), devTypes)
	settings := filepath.Join(t.TempDir(), "Pulumi.dev.yaml")
	require.NoError(t, os.WriteFile(settings, []byte(strings.Replace(string(text), devTypes, devNodes, 1)+devParts), 0o600))
	requireBill(t, "dev", settings, devCharges, "503.46", "806.14")
}

// requireBill compares what the command says of a file of settings with charges, whose sums are least and most.
func requireBill(t *testing.T, stack, settings string, charges []charge, least, most string) {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, runCost(&out, rootWith(t, stack, settings), stack, formatJSON, day))
	var said struct {
		Bill struct {
			Least, Most json.Number
			Components  []struct {
				Name        string
				Least, Most json.Number
			}
		}
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &said))
	want := sums(t, charges)
	require.Equal(t, [2]string{least, most}, [2]string{want[""][0].FloatString(2), want[""][1].FloatString(2)}, "worked out on paper")
	off := big.NewRat(int64(len(charges)), 100) // items are rounded to the cent
	require.Len(t, said.Bill.Components, len(want)-1)
	shown := [2]*big.Rat{new(big.Rat), new(big.Rat)}
	for _, sum := range said.Bill.Components {
		require.Contains(t, want, sum.Name)
		for i, figure := range []json.Number{sum.Least, sum.Most} {
			got, ok := new(big.Rat).SetString(figure.String())
			require.True(t, ok, figure)
			shown[i].Add(shown[i], got)
			near(t, want[sum.Name][i], got, big.NewRat(3, 100), sum.Name)
		}
	}
	require.Equal(t, [2]json.Number{said.Bill.Least, said.Bill.Most}, [2]json.Number{json.Number(shown[0].FloatString(2)),
		json.Number(shown[1].FloatString(2))}, "the components add up")
	near(t, want[""][0], shown[0], off, "least")
	near(t, want[""][1], shown[1], off, "most")
}

// near requires an amount to be less than off from what is wanted.
func near(t *testing.T, want, got, off *big.Rat, what string) {
	t.Helper()
	by := new(big.Rat).Sub(got, want)
	require.Negative(t, by.Abs(by).Cmp(off), "%s is %s, not %s", what, got.FloatString(2), want.FloatString(4))
}

// sums are the least and the most of each component, and of all as "", unrounded.
func sums(t *testing.T, charges []charge) map[string][2]*big.Rat {
	t.Helper()
	exact := map[string][2]*big.Rat{}
	for _, c := range charges {
		each, ok := new(big.Rat).SetString(c.price)
		require.True(t, ok, c.price)
		if c.hourly {
			each.Mul(each, big.NewRat(730, 1))
		}
		for _, name := range []string{c.component, ""} {
			if _, known := exact[name]; !known {
				exact[name] = [2]*big.Rat{new(big.Rat), new(big.Rat)}
			}
			for i, count := range []int64{c.least, c.most} {
				exact[name][i].Add(exact[name][i], new(big.Rat).Mul(each, big.NewRat(count, 1)))
			}
		}
	}
	return exact
}

// rootWith is a folder like that of the repository whose stack has the settings of a file.
func rootWith(t *testing.T, stack, settings string) string {
	t.Helper()
	root := t.TempDir()
	for _, name := range []string{"Pulumi.yaml", "models", "local/manifests"} {
		from, err := filepath.Abs(filepath.Join(repository, name))
		require.NoError(t, err)
		to := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o755))
		require.NoError(t, os.Symlink(from, to))
	}
	text, err := os.ReadFile(settings)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi."+stack+".yaml"), text, 0o600))
	return root
}
