package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/mlflow"
	"github.com/modelway/modelway/internal/outputs"
	"github.com/modelway/modelway/internal/promote"
)

// promotion is the command with its flags.
type promotion struct {
	registry, bucket, model, directory string
	path                               string // of the model's file, which text finds
	stack, report                      string
	weight, rate                       int
	period                             time.Duration
	skip                               []string
	apply, local                       bool
	finish, rollback, settle, remove   bool
	retag                              bool
	signature                          signature
}

func newPromote() *cobra.Command {
	var p promotion
	cmd := &cobra.Command{
		Use:   "promote NAME@ALIAS | NAME/VERSION | MODEL --finish|--rollback|--settle|--remove|--tag",
		Short: "Bring a version of MLflow's registry into a model's file, through gates and as a canary",
		Long: "Find the version, copy its files into the model store under an address that holds them for good, ask the gates, and change the " +
			"model's\nfile: as a canary where files are served already. Without --apply nothing is changed, and what would be is shown.\n\n" +
			"A canary then goes on by changes of its weight, each of which you deploy: --finish gives it all requests, --rollback none.\n" +
			"--settle, once before and once after a deployment, makes it the version of the model; --remove takes out one without requests.\n\n" +
			"docs/promotion.md has the gates. Exit codes: 0 fine, 1 a gate refuses or something failed, 2 wrong usage.",
		Example: "  modelway promote fraud-detection@champion\n  modelway promote fraud-detection@champion --apply --weight 10\n" +
			"  modelway promote fraud-detection --finish --apply",
		Args: takes("NAME@ALIAS|NAME/VERSION|MODEL"),
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return untilInterrupted(func(ctx context.Context) error { return p.run(ctx, args[0], cmd.OutOrStdout(), cmd.ErrOrStderr()) })
	}
	flags := cmd.Flags()
	flags.BoolVar(&p.apply, "apply", false, "do what is shown: copy the files, change the model's file, tag the version")
	flags.StringVar(&p.registry, "registry", "", "address of the MLflow server (default: MLFLOW_TRACKING_URI, or that of make train here)")
	flags.StringVar(&p.bucket, "bucket", "", "bucket of the environment's model store (default: that of the model's file)")
	flags.StringVar(&p.stack, "stack", "", "the stack whose model store is the bucket; pulumi is asked for it")
	flags.StringVar(&p.report, "report", "", "file for the plan, gates and metrics as Markdown, also where a gate refuses")
	flags.StringVar(&p.model, "model", "", "name of the model and of its file (default: that of the registered model)")
	addFolder(cmd, &p.directory, "models", "models", "folder of the models' files")
	flags.IntVar(&p.weight, "weight", promote.DefaultWeight, "percentage of requests for a new canary, 0 to 100")
	flags.StringSliceVar(&p.skip, "skip", nil, "gates not to ask: "+strings.Join(promote.GateNames(servingGates...), ", "))
	flags.IntVar(&p.rate, "rate", 20, "requests a second for the gate latency")
	flags.DurationVar(&p.period, "for", 10*time.Second, "how long that rate is held")
	p.signature.add(flags)
	addLocal(cmd, &p.local)
	flags.BoolVar(&p.finish, "finish", false, "give the canary of MODEL all requests")
	flags.BoolVar(&p.rollback, "rollback", false, "give the canary of MODEL no requests")
	flags.BoolVar(&p.settle, "settle", false, "make the canary of MODEL its version")
	flags.BoolVar(&p.remove, "remove", false, "take the canary of MODEL out")
	flags.BoolVar(&p.retag, "tag", false, "tag the version that was promoted last into MODEL once more, where a promotion could not")
	cmd.MarkFlagsMutuallyExclusive("finish", "rollback", "settle", "remove", "tag")
	cmd.MarkFlagsMutuallyExclusive("bucket", "stack")
	return cmd
}

func (p promotion) run(ctx context.Context, of string, out, notes io.Writer) error {
	for _, name := range p.skip {
		if all := promote.GateNames(servingGates...); !slices.Contains(all, name) {
			return fmt.Errorf("skip: there is no gate %q; allowed: %s", name, strings.Join(all, ", "))
		}
	}
	if err := p.signature.check(); err != nil {
		return err
	}
	steps := map[*bool]func(file, text string) (promote.Change, error){
		&p.finish: promote.Finish, &p.rollback: promote.Rollback, &p.settle: promote.Settle, &p.remove: promote.Remove,
	}
	for asked, step := range steps {
		if *asked {
			return p.step(of, step, out)
		}
	}
	if p.retag {
		return p.tagAgain(ctx, of, out)
	}
	return p.bring(ctx, of, out, notes)
}

// step changes the canary of a model.
func (p promotion) step(model string, step func(file, text string) (promote.Change, error), out io.Writer) error {
	p.model = model
	text, err := p.text()
	if err != nil {
		return err
	}
	change, err := step(p.file(), text)
	if err != nil {
		return err
	}
	p.show(out, change)
	return p.write(out, change)
}

// file is the model's file.
func (p promotion) file() string { return p.path }

// text finds the model's file, and is its text; "" where there is none in a folder that there is.
func (p *promotion) text() (text string, err error) {
	p.path, text, err = readModel(p.directory, p.model)
	return text, err
}

// bring brings a version of the registry into the model's file.
func (p promotion) bring(ctx context.Context, of string, out, notes io.Writer) error {
	reference, err := mlflow.ParseReference(of)
	if err != nil {
		return err
	}
	p.model = cmp.Or(p.model, reference.Name)
	text, err := p.text()
	if err != nil {
		return err
	}
	if p.bucket, err = p.store(ctx, text); err != nil {
		return err
	}
	client, err := p.client()
	if err != nil {
		return err
	}
	candidate, err := find(ctx, client, reference)
	if err != nil {
		return err
	}
	folder, done, err := p.fetch(ctx, candidate.From)
	if err != nil {
		return fmt.Errorf("the files of %s: %w", reference, err)
	}
	defer done()
	if candidate.Files, err = folderFiles(folder); err != nil {
		return fmt.Errorf("the files of %s: %w", reference, err)
	}
	plan, err := promote.Decide(promote.Target{Model: p.model, File: p.file(), Text: text, Bucket: p.bucket, Weight: p.weight}, candidate)
	if err != nil {
		return err
	}
	if plan.Verdicts, err = p.ask(ctx, candidate, folder, text, notes); err != nil {
		return err
	}
	deployed := p.deployed(ctx, client, text)
	if err := p.tell(out, plan, deployed); err != nil {
		return err
	}
	if err := promote.Refusals(plan.Verdicts); err != nil {
		return fmt.Errorf("%s is not promoted:\n%w", reference, err)
	}
	if p.apply && plan.Change.Kind != promote.KindNone {
		if err := confirm(ctx, client, candidate.Version); err != nil {
			return err
		}
		if err := (putOptions{local: p.local, quiet: 2 * time.Second}).place(ctx, folder, candidate.Files, plan.To, notes); err != nil {
			return err
		}
	}
	if err := p.write(out, plan.Change); err != nil || !p.apply {
		return p.unwritten(err, plan)
	}
	return p.tag(ctx, client, candidate.Version, plan.Served())
}

// unwritten says of a change that could not be written what is done without it.
func (p promotion) unwritten(err error, plan promote.Plan) error {
	if err == nil || !p.apply {
		return err
	}
	return fmt.Errorf("%w\nDone: the files are in %s.\nNot done: %s does not serve them, and the version has no tags.\n"+
		"fix: run the command again, which copies nothing that is there", err, plan.To, p.file())
}

// store is the bucket that files go to.
func (p promotion) store(ctx context.Context, text string) (string, error) {
	if p.stack != "" {
		return storeOfStack(ctx, p.stack)
	}
	bucket, err := promote.Bucket(p.file(), text)
	if err != nil || cmp.Or(p.bucket, bucket) != "" {
		return cmp.Or(p.bucket, bucket), err
	}
	return "", fmt.Errorf("the bucket of the model store is not known, since %s has no files; fix: give --bucket, with the stack output "+
		"modelStore, or --stack", p.file())
}

// storeOfStack is the model store of a stack.
func storeOfStack(ctx context.Context, stack string) (string, error) {
	text, err := outputOf(ctx, "pulumi", "stack", "output", "--json", "--stack", stack)
	if err != nil {
		return "", err
	}
	var given map[string]any
	if err := json.Unmarshal(text, &given); err != nil {
		return "", fmt.Errorf("the outputs of stack %s: %w", stack, err)
	}
	bucket, _ := given[outputs.ModelStore].(string)
	if bucket == "" {
		err = fmt.Errorf("stack %s has no model store; fix: set modelway:modelStore.enabled to true and deploy, or give --bucket", stack)
	}
	return bucket, err
}
