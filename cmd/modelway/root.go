package main

import (
	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/localcli"
)

// groups are the headings of the help, in their order, each with its commands. status, verify and doctor are for whoever is on call, and
// the heading that they stand under is where one looks first.
func groups() []group {
	return []group{
		{"here", "Run it here:", []*cobra.Command{
			new(localcli.Up).Command(handOver), localcli.Status(handOver), localcli.Refresh(handOver), new(localcli.Down).Command(handOver),
			new(localcli.Chain).Command(handOver), new(localcli.Bench).Command(handOver), newNew(),
		}},
		{"merge", "Before you merge:", []*cobra.Command{
			new(localcli.Preview).Command(handOver), newReport(), newCost(), newPlan(), newRender(), newMap(),
		}},
		{"models", "Models:", []*cobra.Command{newTrain(), newPromote(), newTrace(), newStore(), newPipelines(), newLoad()}},
		{"call", "On call:", []*cobra.Command{newVerify(), newDoctor(), newUpgrade(), newResidue()}},
		{"ci", "Workflows:", []*cobra.Command{newCI()}},
	}
}

// group is a heading of the help with its commands.
type group struct {
	id, title string
	commands  []*cobra.Command
}

func newRoot() *cobra.Command {
	cobra.EnableCommandSorting = false
	root := &cobra.Command{
		Use:   "modelway",
		Short: "Take an AWS account to served models: run the platform on this machine, see what a change does, and look after what runs",
		Long: "Modelway takes an AWS account to served models. Run the platform on this machine, see what a change breaks, touches and\n" +
			"costs before it is merged, bring models from training to traffic, and find what is wrong with an environment.\n\n" +
			"Commands work in the folder that holds Pulumi.yaml, the settings and the models. The commands under \"Run it here\" and\n" +
			"preview build the programs of the local stack on their first run.\n\n" +
			"Exit codes: 0 fine, 1 failed, 2 wrong usage, 3 a condition of report --fail-on holds, 130 ended by Ctrl-C, 143 by SIGTERM; residue\n" +
			"has 3 and 4 of its own.",
		Example: "  modelway up\n  modelway report --stack prod --base origin/main\n  modelway cost --stack prod\n" +
			"  modelway promote fraud-detection@champion --stack prod\n  modelway doctor --stack prod",
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetVersionTemplate("modelway {{.Version}}\n")
	for _, g := range groups() {
		root.AddGroup(&cobra.Group{ID: g.id, Title: g.title})
		for _, command := range g.commands {
			command.GroupID = g.id
			root.AddCommand(command)
		}
	}
	complete(root)
	return root
}
