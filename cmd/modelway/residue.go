package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/cmd/awsaccount"
	"github.com/modelway/modelway/cmd/modelstore"
	"github.com/modelway/modelway/internal/localstore"
	"github.com/modelway/modelway/internal/naming"
	"github.com/modelway/modelway/internal/residue"
	"github.com/modelway/modelway/internal/sheet"
	"github.com/modelway/modelway/internal/stackname"
	"github.com/modelway/modelway/internal/upgrade"
	"github.com/modelway/modelway/platform/ahead"
)

// clearing is what modelway residue was asked for.
type clearing struct {
	root, state, yes, cluster string
	stack                     stackname.Name
	delete, data, gone, local bool
	json                      bool
	timeout, pause            time.Duration
	in                        io.Reader
}

func newResidue() *cobra.Command {
	c := clearing{pause: 10 * time.Second}
	cmd := &cobra.Command{
		Use:   "residue --stack NAME",
		Short: "List what a stack left behind in its AWS account after a destroy, and delete it where that is asked for",
		Long: "List what a stack left behind in its AWS account: by the tags of the environment, by those that EKS and the load balancer\n" +
			"controller use, and by names where there are no tags. Nothing is deleted without --delete, which shows the list and asks for the\n" +
			"name of the stack; --yes gives it instead. Nothing that the stack's state knows is deleted, nothing of another environment, and\n" +
			"nothing while the state has the cluster. The state is that of `pulumi stack export`, or of --state; without one nothing is\n" +
			"deleted, unless the stack is gone and --gone says so. What may hold data stays without --data. docs/residue.md says more.\n\n" +
			"Exit codes: 0 nothing is left, 1 failed, or something could not be deleted, 2 wrong usage, 3 only what may hold data is left,\n" +
			"which is kept on purpose, 4 something else is left, and nothing was to be deleted. What goes by itself does not count.",
		Example: "  modelway residue --stack dev\n" +
			"  modelway residue --stack dev --delete\n" +
			"  pulumi stack export --stack dev > state.json; modelway residue --stack dev --state state.json --delete --yes dev",
	}
	addStack(cmd, &c.root, &c.stack)
	flags := cmd.Flags()
	flags.BoolVar(&c.delete, "delete", false, "delete what is listed, after asking")
	flags.StringVar(&c.yes, "yes", "", "name of the stack, in place of the question")
	flags.StringVar(&c.cluster, "cluster", "", "name of a cluster that is still there and is deleted, too, with what runs in it")
	flags.BoolVar(&c.data, "data", false, "delete what may hold data, too: databases, volumes, snapshots, buckets, repositories, secrets")
	flags.StringVar(&c.state, "state", "", "file of pulumi stack export (default: the command is run)")
	flags.BoolVar(&c.gone, "gone", false, "the stack is gone from its backend: there is no state to read")
	flags.BoolVar(&c.local, "local", false, "the account is that of the local stack of this checkout")
	flags.BoolVar(&c.json, "json", false, "write the list as JSON")
	flags.DurationVar(&c.timeout, "timeout", 30*time.Minute, "longest time for a deletion")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c.in = cmd.InOrStdin()
		return untilInterrupted(func(ctx context.Context) error { return c.run(ctx, cmd.OutOrStdout()) })
	}
	return cmd
}

// check refuses flags that do not go together.
func (c clearing) check() error {
	var faults []error
	fault := func(given, problem, allowed, fix string) {
		faults = append(faults, fmt.Errorf("%s %s; allowed: %s; fix: %s", given, problem, allowed, fix))
	}
	if c.yes != "" && c.yes != c.stack.String() {
		fault("--yes "+c.yes, "is not the stack", c.stack.String(), "write --yes "+c.stack.String()+" if that is the one to clear")
	}
	if c.yes != "" && !c.delete {
		fault("--yes", "deletes nothing by itself", "--delete with it", "add --delete, or leave --yes out")
	}
	if c.data && !c.delete {
		fault("--data", "deletes nothing by itself", "--delete with it", "add --delete, or leave --data out")
	}
	if c.gone && c.state != "" {
		fault("--gone", "and --state exclude each other", "one of them", "leave --gone out: there is a state")
	}
	if c.json && c.delete && c.yes == "" {
		fault("--json", "leaves no place for a question", "--yes with --delete", "add --yes "+c.stack.String())
	}
	if c.timeout <= 0 || c.timeout > 24*time.Hour {
		fault("--timeout "+c.timeout.String(), "is not a time to wait", "more than 0s, at most 24h", "write --timeout 30m")
	}
	return errors.Join(faults...)
}

func (c clearing) run(ctx context.Context, w io.Writer) error {
	if err := c.check(); err != nil {
		return unusable{err}
	}
	found, err := ahead.Look(c.root, c.stack.String())
	if err != nil {
		return err
	}
	cluster := upgrade.ClusterOf(found.Set())
	state, stateErr := c.known(ctx, found.Project)
	if stateErr != nil && (c.delete || c.state != "") {
		return stateErr
	}
	account, err := c.account(ctx, found.Region)
	if err != nil {
		return err
	}
	things, going, err := c.left(ctx, account, cluster, state)
	if err != nil {
		return err
	}
	if c.delete {
		err = errors.Join(state.Check(c.stack.String()), c.checkCluster(cluster, things))
	}
	if err != nil {
		return err
	}
	list := leftBehind{Stack: c.stack.String(), Cluster: cluster, Region: found.Region, Left: things, Going: going}
	if err := list.show(w, c.json, stateErr); err != nil {
		return err
	}
	if len(things) == 0 || !c.delete {
		return list.end()
	}
	if err := c.confirm(w); err != nil {
		return err
	}
	return c.clear(ctx, w, account, cluster, state, things)
}

// checkCluster refuses to delete what a cluster is among, unless its name was given for that: a state that is not the stack's, or an old
// one, cannot be told from that of a destroyed environment, and the cluster may be at work.
func (c clearing) checkCluster(cluster string, things []residue.Thing) error {
	if c.cluster == cluster || !slices.ContainsFunc(things, residue.Thing.IsCluster) {
		return nil
	}
	return fmt.Errorf("the cluster %s is still there, and may be at work; nothing was deleted; fix: if the environment is really gone, give "+
		"--cluster %s", cluster, cluster)
}

func (c clearing) account(ctx context.Context, region string) (*awsaccount.Account, error) {
	if !c.local {
		loaded, err := modelstore.Load(ctx, region)
		return awsaccount.Open(loaded), err
	}
	connection, up, err := localstore.Find(c.root)
	if err == nil && !up {
		err = errors.New("--local: no local stack is up in the checkout around " + c.root + "; allowed: a checkout in which `modelway up` ran; fix: run " +
			"`modelway up` there, or leave --local out")
	}
	return awsaccount.OpenLocal(connection), err
}

// left lists what is the environment's and what a state does not know, and apart from it what goes by itself.
func (c clearing) left(ctx context.Context, account *awsaccount.Account, cluster string, state residue.State) (left, going []residue.Thing,
	err error) {
	all, err := account.Find(ctx, residue.Tags(cluster), []string{"modelway-", naming.Environment(cluster) + "-"})
	if err != nil {
		return nil, nil, err
	}
	own := slices.DeleteFunc(residue.Of(cluster, all), func(t residue.Thing) bool { return !t.OfEnvironment(c.stack.String()) })
	if err := account.Settle(ctx, own); err != nil {
		return nil, nil, err
	}
	left, going = []residue.Thing{}, []residue.Thing{}
	for _, t := range own {
		switch {
		case state.Knows(t):
		case t.Going:
			going = append(going, t)
		default:
			left = append(left, t)
		}
	}
	return left, going, nil
}

// confirm asks for the name of the stack.
func (c clearing) confirm(w io.Writer) error {
	if c.yes != "" {
		return nil
	}
	fmt.Fprintf(w, "Deleting cannot be undone. Write the name of the stack to delete all of the above: ")
	line, err := bufio.NewReader(c.in).ReadString('\n')
	if name := strings.TrimSpace(line); name != c.stack.String() {
		if err != nil && name == "" {
			name = "nothing"
		}
		return fmt.Errorf("the answer was %s; allowed: %s; fix: run it again and write that, or give --yes %[2]s. Nothing was "+
			"deleted", name, c.stack)
	}
	return nil
}

// clear deletes things, tells what is gone, and fails where something is left.
func (c clearing) clear(ctx context.Context, w io.Writer, account *awsaccount.Account, cluster string, state residue.State,
	things []residue.Thing) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	if c.local {
		c.pause = 100 * time.Millisecond
	}
	d := residue.Deletion{Deleter: account, Known: state, Cluster: cluster, Data: c.data, Pause: c.pause, Rounds: 12,
		Tell: func(t residue.Thing) { fmt.Fprintf(w, "deleted %s %s\n", strings.TrimPrefix(t.Type, "AWS::"), t.ID) }}
	left, err := d.Run(ctx, things)
	switch {
	case len(left) == 0:
		return err
	case !slices.ContainsFunc(left, func(l residue.Left) bool { return !l.Kept() }):
		return onlyKept{len(left)}
	}
	lines := make([]error, len(left))
	for i, l := range left {
		lines[i] = fmt.Errorf("%s %s: %w", strings.TrimPrefix(l.Type, "AWS::"), l.ID, l.Why)
	}
	return fmt.Errorf("%s could not be deleted; fix: run it again, with a longer --timeout, or delete by hand what holds them:\n%w",
		sheet.Count(len(left), "thing"), errors.Join(lines...))
}
