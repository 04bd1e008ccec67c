package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/stackfile"
	"github.com/modelway/modelway/internal/stackname"
	"github.com/modelway/modelway/internal/upgrade"
	"github.com/modelway/modelway/platform/ahead"
)

// upgrading is what modelway upgrade was asked for.
type upgrading struct {
	root, file, from, to string
	stack                stackname.Name
	nodes                map[string]string
	live, json           bool
	day                  time.Time
}

func newUpgrade() *cobra.Command {
	u := upgrading{day: time.Now()}
	cmd := &cobra.Command{
		Use:   "upgrade --stack NAME",
		Short: "Plan the upgrade of a stack's Kubernetes version, step by step",
		Long: "Plan the upgrade of a stack's Kubernetes version: one minor version at a time, the control plane, EKS add-ons, node groups,\n" +
			"charts, and pods on Fargate, each with the setting to change, the command, what is seen, how to go back, and who is\n" +
			"interrupted. It runs the program with the settings at each version and changes nothing. It refuses a way back, versions that EKS\n" +
			"does not offer, nodes that are too old or too new, and objects of APIs that the target no longer has.\n\n" +
			"The present version is that of the settings, or with --live that of the cluster, of which the versions of its node groups and\n" +
			"the upgrade insights of EKS are read as well. What was not looked at is told first. docs/upgrade.md says more.\n\n" +
			"Exit codes: 0 there is a plan, or nothing to upgrade, by what was looked at, 1 refused, or something could not be\n" +
			"read, 2 wrong usage.",
		Example: "  modelway upgrade --stack prod\n" +
			"  modelway upgrade --stack prod --to 1.36 --live\n" +
			"  modelway upgrade --stack prod --from 1.33 --nodes modelway-compute-base=1.32 --json | jq '.steps[] | select(.interrupts)'",
	}
	addStack(cmd, &u.root, &u.stack)
	flags := cmd.Flags()
	flags.StringVar(&u.to, "to", upgrade.Newest(), "Kubernetes version to end at")
	flags.StringVar(&u.from, "from", "", "present Kubernetes version (default that of the settings, or of the cluster with --live)")
	flags.StringToStringVar(&u.nodes, "nodes", nil, "version of a node group whose nodes are not of the present version, as in "+
		"modelway-compute-general=1.32; fargate=1.32 for the oldest pods on Fargate")
	flags.BoolVar(&u.live, "live", false, "ask EKS for versions and insights, with the credentials that the AWS SDK finds")
	flags.BoolVar(&u.json, "json", false, "write the plan as JSON")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		u.file = filepath.Join(u.root, stackfile.Name(u.stack.String()))
		return untilInterrupted(func(ctx context.Context) error { return u.run(ctx, cmd.OutOrStdout()) })
	}
	return cmd
}

func (u upgrading) run(ctx context.Context, w io.Writer) error {
	p, err := u.plan(ctx)
	switch {
	case err != nil:
		return err
	case u.json:
		return writeJSON(w, p)
	}
	_, err = io.WriteString(w, p.Text())
	return err
}

// plan looks at the environment at each version of the way.
func (u upgrading) plan(ctx context.Context) (plan upgrade.Plan, err error) {
	settings, err := ahead.VersionOf(u.root, u.file)
	if err != nil {
		return plan, err
	}
	r := upgrade.Request{
		Stack: u.stack.String(), SettingsFile: filepath.Base(u.file), Nodes: u.nodes, Day: u.day,
	}
	switch {
	case u.from != "":
		r.Told = "by --from"
	case !u.live:
		r.Told = "by its settings"
	}
	if u.live {
		now, err := ahead.LookAtVersion(u.root, u.file, settings)
		if err != nil {
			return plan, err
		}
		if r.Live, err = u.ask(ctx, now.Region, upgrade.ClusterOf(now.Set())); err != nil {
			return plan, err
		}
	}
	way, err := upgrade.Way(cmp.Or(u.from, settings), u.to)
	if err != nil {
		return plan, err
	}
	for _, version := range way {
		found, err := ahead.LookAtVersion(u.root, u.file, version)
		if err != nil {
			return plan, fmt.Errorf("the settings of %s at Kubernetes %s: %w", u.stack, version, err)
		}
		r.Region = found.Region
		r.Stages = append(r.Stages, upgrade.Stage{Version: version, Set: found.Set()})
	}
	return upgrade.Make(r)
}
