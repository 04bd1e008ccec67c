package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/outputs"
	"github.com/modelway/modelway/internal/render"
	"github.com/modelway/modelway/internal/sheet"
	"github.com/modelway/modelway/internal/stackname"
	"github.com/modelway/modelway/internal/strict"
	"github.com/modelway/modelway/platform/ahead"
)

// rendering is what modelway render was asked for.
type rendering struct {
	root, out, outputs string
	// again is the command that writes what is missing.
	again   string
	stack   stackname.Name
	subnets map[string]string
	check   bool
}

func newRender() *cobra.Command {
	var r rendering
	cmd := &cobra.Command{
		Use:   "render --stack NAME",
		Short: "Write the objects of a stack's models as plain YAML",
		Long: "Write the objects of a stack's models as plain YAML, one file a model below models/, and an index beside it, for a\n" +
			"repository that Argo CD reads. They are what the program itself would make, from the same decisions, without an engine or\n" +
			"credentials. It refuses what a preview refuses. Hosts stay on the load balancers that the index names: for the first rendering\n" +
			"of a stack that is deployed, give its outputs.\n\n" +
			"IAM roles and service accounts of the models stay with the program. docs/render.md says more.",
		Example: "  modelway render --stack prod\n" +
			"  modelway render --stack prod --check\n" +
			"  pulumi stack output --json --stack prod > outputs.json; modelway render --stack prod --outputs outputs.json",
	}
	addStack(cmd, &r.root, &r.stack)
	flags := cmd.Flags()
	flags.StringVar(&r.out, "out", "", "folder to write to (default rendered/<stack> in the root)")
	flags.StringVar(&r.outputs, "outputs", "", "file with the stack's outputs as JSON, where there is no index yet")
	flags.StringToStringVar(&r.subnets, "subnet", nil, "IPv4 block of a subnet of a VPC that others made, as in subnet-1=10.0.0.0/20; the "+
		"index keeps it")
	flags.BoolVar(&r.check, "check", false, "write nothing, and fail where something would be written")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		r.again = "modelway render --stack " + r.stack.String()
		for _, flag := range []string{"root", "out"} {
			if given := cmd.Flags().Lookup(flag); given.Changed {
				r.again += fmt.Sprintf(" --%s %s", flag, strict.Quote(given.Value.String()))
			}
		}
		if err := r.checkSubnets(); err != nil {
			return unusable{err}
		}
		if r.out == "" {
			r.out = filepath.Join(r.root, render.Root, r.stack.String())
		}
		return r.run(cmd.OutOrStdout())
	}
	return cmd
}

// checkSubnets refuses blocks that the index must not keep.
func (r rendering) checkSubnets() error {
	var faults []error
	for _, id := range slices.Sorted(maps.Keys(r.subnets)) {
		block, err := netip.ParsePrefix(r.subnets[id])
		if err == nil && block.Addr().Is4() && block == block.Masked() {
			continue
		}
		faults = append(faults, fmt.Errorf("--subnet %s is %q; allowed: an IPv4 block, such as 10.0.0.0/20; fix: aws ec2 describe-subnets "+
			"--subnet-ids %[1]s --query 'Subnets[].CidrBlock' --output text", id, r.subnets[id]))
	}
	return errors.Join(faults...)
}

func (r rendering) run(w io.Writer) error {
	if info, err := os.Stat(r.out); err == nil && !info.IsDir() || errors.Is(err, syscall.ENOTDIR) {
		return fmt.Errorf("--out is %q, which is not a folder; allowed: a folder, which is made where it is not there", r.out)
	}
	before, err := render.ReadIndex(r.out)
	if err != nil {
		return err
	}
	folder, assumptions, err := r.folder(before)
	if err != nil {
		return err
	}
	changes, err := folder.Changes(r.out)
	if err != nil {
		return err
	}
	if !r.check {
		if err := folder.Write(r.out, changes); err != nil {
			return fmt.Errorf("writing to %s: %w", r.out, err)
		}
	}
	table := sheet.Of("File", "")
	for _, c := range changes {
		table.Add(c.File, c.Kind)
	}
	if !table.Empty() {
		fmt.Fprintln(w, strings.TrimLeft(table.Text(), "\n"))
	}
	fmt.Fprint(w, render.FirstText(folder.Index.First(before)))
	if r.check && len(changes) > 0 {
		return fmt.Errorf("%s is not what the program makes of the models; fix: run `%s`, and commit it", r.out, r.again)
	}
	_, err = fmt.Fprintf(w, "%s: %s, %s changed\n%s", r.out, sheet.Count(len(folder.Files), "model"), sheet.Count(len(changes), "file"),
		list("Assumptions", assumptions))
	return err
}

// folder renders a stack, by the index of the last rendering.
func (r rendering) folder(index render.Index) (folder render.Folder, assumptions []string, err error) {
	previous, known, err := r.previous(index)
	if err != nil {
		return folder, nil, err
	}
	blocks := map[string]string{}
	maps.Copy(blocks, index.Subnets)
	maps.Copy(blocks, r.subnets)
	found, missing, err := ahead.LookAgain(r.root, r.stack.String(), ahead.Deployed{Outputs: previous, Subnets: blocks})
	if err != nil {
		return folder, nil, err
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		return folder, nil, subnetsMissing(missing)
	}
	if folder.Files, err = render.Files(found.Set()); err != nil {
		if !known {
			err = fmt.Errorf("%w; fix: deploy the stack first, and give its outputs: pulumi stack output --json --stack %s > outputs.json; "+
				"modelway "+
				"render --stack %[2]s --outputs outputs.json", err, r.stack)
		}
		return folder, nil, err
	}
	folder.Index = render.Index{
		Stack: r.stack.String(), Subnets: blocks,
		LoadBalancers: found.Outputs[outputs.LoadBalancers].Mappable(), Models: found.Outputs[outputs.Models].Mappable(),
		Program: render.Program(found.Set()),
	}
	folder.Index.ModelStore, _ = previous[outputs.ModelStore].(string)
	if !known {
		assumptions = []string{"nothing has been deployed yet, so that no host has a load balancer; if the stack is deployed, give --outputs"}
	}
	return folder, assumptions, nil
}

// previous are the outputs of the last rendering or deployment, and whether there was one.
func (r rendering) previous(index render.Index) (previous map[string]any, known bool, err error) {
	if r.outputs == "" {
		return map[string]any{
			outputs.LoadBalancers: index.LoadBalancers, outputs.Models: index.Models, outputs.ModelStore: index.ModelStore,
		}, index.LoadBalancers != nil, nil
	}
	data, err := os.ReadFile(r.outputs)
	if err == nil {
		err = strict.JSON(json.Unmarshal(data, &previous))
	}
	if err == nil && previous[outputs.LoadBalancers] == nil {
		err = errors.New("it has no " + outputs.LoadBalancers)
	}
	if err != nil {
		return nil, false, fmt.Errorf("reading the outputs %s: %w; fix: pulumi stack output --json --stack %s > %[1]s", r.outputs, err, r.stack)
	}
	delete(previous, outputs.Delivery) // whoever has delivered: a rendering ends nothing
	return previous, true, nil
}

func subnetsMissing(ids []string) error {
	return fmt.Errorf("the VPC is one that others made, and network policies need the IPv4 blocks of its subnets: give --subnet ID=BLOCK "+
		"for %s; "+
		"fix: aws ec2 describe-subnets --subnet-ids %s --query 'Subnets[].[SubnetId,CidrBlock]' --output text", strings.Join(ids, ", "),
		strings.Join(ids, " "))
}
