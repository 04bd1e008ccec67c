package ci

// organization has names of stacks mean those of an organization on Pulumi Cloud: a token of an organization or a team has no organization
// of its own.
type organization struct{ name string }

func (o *organization) inputs(in inputs) {
	o.name = in.required(variable{"PULUMI_ORGANIZATION", "the name of the organization on Pulumi Cloud", nil})
	in.pulumi()
}

func (o *organization) run(w *work) error {
	return w.do(call{program: "pulumi", args: []string{"org", "set-default", o.name}})
}
