package pipelines

import (
	"errors"
	"fmt"
	"slices"
)

// Install is what one installation changes of the release.
type Install struct {
	// Region is the AWS region of the bucket.
	Region string
	// Host and Bucket are the address of the database and the name of the bucket for artifacts: strings, or what stands for strings that are
	// known later.
	Host, Bucket any
	// Accounts are the ARNs of the roles of service accounts, by name, alike; without those that get theirs by EKS Pod Identity.
	Accounts map[string]any
	// Format is fmt.Sprintf, or one for values that are known later.
	Format func(string, ...any) any
	// Image returns where an image comes from.
	Image func(string) string
	// Mlflow is the address of the tracking server inside of the cluster; "" for none.
	Mlflow string
	// Blocks are the addresses that requests of the load balancer of tools come from, as CIDR blocks. Default none.
	Blocks []string
	// Authorities is the file, in PEM, of those who sign the certificate of the database.
	Authorities string
}

// Overlay returns the objects that are registered, in the order of their registration: those of the release that run, changed, and those
// that are added. It reports, all together, what it wants to change and the release does not have, and objects of the release that it does
// not know: both say that the release is another one than that of Version.
func Overlay(release []Object, in Install) ([]Object, error) {
	e := &editor{in: in, objects: map[string]Object{}}
	objects := e.choose(release)
	for _, change := range []func(*editor){
		(*editor).settings, (*editor).launcher, (*editor).workflows, (*editor).server, (*editor).page, (*editor).metadataServer, (*editor).parts,
		(*editor).accounts, (*editor).access, (*editor).images,
	} {
		change(e)
	}
	if err := errors.Join(e.faults...); err != nil {
		return nil, fmt.Errorf("the manifests are not those of Kubeflow Pipelines %s, or the overlay in internal/pipelines is of another "+
			"release:\n%w", Version, err)
	}
	objects = append(objects, e.added()...)
	slices.SortStableFunc(objects, func(a, b Object) int { return a.Stage() - b.Stage() })
	return objects, nil
}

// stages are the kinds in the order of registration; all that are not here come between the first and the second.
var stages = [][]string{{"CustomResourceDefinition", "PriorityClass"}, {"Deployment"},
	{"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"}}

// Stage is a number that grows with the order of registration: 0 for definitions, which all others need; 1 for what Deployments read; 2 for
// Deployments; 4 for the webhooks that they answer.
func (o Object) Stage() int {
	for i, kinds := range stages {
		if slices.Contains(kinds, o.Kind()) {
			return 2 * i
		}
	}
	return 1
}

// Runs reports whether the object is a Deployment, or needs one.
func (o Object) Runs() bool { return o.Stage() >= 2 }

// editor changes the objects of one installation, and keeps what it did not find.
type editor struct {
	in      Install
	objects map[string]Object
	faults  []error
}

func (e *editor) fault(format string, args ...any) {
	e.faults = append(e.faults, fmt.Errorf("- "+format, args...))
}

// choose takes a copy of what is kept.
func (e *editor) choose(release []Object) (chosen []Object) {
	left := map[string]bool{}
	for _, reason := range dropped {
		for kind, names := range reason {
			for _, name := range names {
				left[kind+" "+name] = true
			}
		}
	}
	seen := map[string]bool{}
	for _, object := range release {
		id := object.String()
		switch {
		case seen[id]:
			e.fault("%s is there twice", id)
		case slices.Contains(kept[object.Kind()], object.Name()):
			e.objects[id] = object.copied()
			chosen = append(chosen, e.objects[id])
		case !left[id]:
			e.fault("%s is not known: say in kept or dropped what becomes of it", id)
		}
		seen[id] = true
	}
	for id := range left {
		if !seen[id] {
			e.fault("%s is to be left out, and is not there", id)
		}
	}
	for kind, names := range kept {
		for _, name := range names {
			if id := kind + " " + name; !seen[id] {
				e.fault("%s is to be registered, and is not there", id)
			}
		}
	}
	slices.SortFunc(e.faults, func(a, b error) int { return slices.Compare([]byte(a.Error()), []byte(b.Error())) })
	return chosen
}
