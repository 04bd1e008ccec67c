package residue

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// clusterToken is the type of a cluster in Pulumi.
const clusterToken = "aws:eks/cluster:Cluster"

// State is what a stack's state knows.
type State struct {
	names map[string]bool
	// Project and Stack are those of the resources; "" where there are none.
	Project, Stack string
	// Resources is how many resources there are, and Cluster says that the cluster is among them.
	Resources int
	Cluster   bool
}

// ParseState reads what `pulumi stack export` writes. What an interrupted operation was about to make counts as known.
func ParseState(text []byte) (State, error) {
	type resource struct {
		URN     string         `json:"urn"`
		Type    string         `json:"type"`
		ID      string         `json:"id"`
		Custom  bool           `json:"custom"`
		Outputs map[string]any `json:"outputs"`
		Inputs  map[string]any `json:"inputs"`
	}
	var file struct {
		Version    int `json:"version"`
		Deployment *struct {
			Resources []resource                    `json:"resources"`
			Pending   []struct{ Resource resource } `json:"pending_operations"`
		} `json:"deployment"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return State{}, fmt.Errorf("it is not the JSON of a stack: %w", err)
	}
	if file.Version == 0 || file.Deployment == nil {
		return State{}, errors.New("it has no version and deployment, as pulumi stack export writes them")
	}
	all := file.Deployment.Resources
	for _, p := range file.Deployment.Pending {
		all = append(all, p.Resource)
	}
	s := State{names: map[string]bool{}}
	for _, r := range all {
		if s.Stack == "" {
			s.Stack, s.Project = ofURN(r.URN)
		}
		if !r.Custom && r.ID == "" {
			continue
		}
		s.Resources++
		s.Cluster = s.Cluster || r.Type == clusterToken
		s.names[r.ID] = true
		for _, from := range []map[string]any{r.Inputs, r.Outputs} {
			for _, key := range []string{"arn", "id", "name", "bucket", "identifier", "accessEntryArn", "associationArn"} {
				if name, is := from[key].(string); is {
					s.names[name] = true
				}
			}
		}
	}
	delete(s.names, "")
	return s, nil
}

// ofURN reads the stack and the project in a URN: urn:pulumi:<stack>::<project>::<types>::<name>.
func ofURN(urn string) (stack, project string) {
	parts := strings.SplitN(strings.TrimPrefix(urn, "urn:pulumi:"), "::", 3)
	if !strings.HasPrefix(urn, "urn:pulumi:") || len(parts) < 3 {
		return "", ""
	}
	return parts[0], parts[1]
}

// CheckOwner refuses the state of another stack or project. One without resources says of no stack.
func (s State) CheckOwner(project, stack string) error {
	if s.Stack == "" || s.Stack == stack && s.Project == project {
		return nil
	}
	return fmt.Errorf("it is that of stack %s of project %s; allowed: stack %s of project %s", s.Stack, s.Project, stack, project)
}

// Knows reports whether the state has a thing, or what it is part of.
func (s State) Knows(t Thing) bool {
	return s.names[t.ID] || t.Arn != "" && s.names[t.Arn] || t.Parent != "" && s.names[t.Parent]
}

// Check refuses a deletion while the state has the environment's cluster: whatever is tagged with the cluster may then be in use.
func (s State) Check(stack string) error {
	if s.Cluster {
		return fmt.Errorf("the state of stack %s still has %d resources, among them the cluster, so that nothing is left behind yet; allowed: a "+
			"stack that was destroyed, in whole or in part; fix: pulumi destroy --stack %[1]s", stack, s.Resources)
	}
	return nil
}
