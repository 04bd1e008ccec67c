package upgrade

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/modelway/modelway/internal/eksversion"
)

// maxSkew is how many minor versions a kubelet may be older than the API server, from Kubernetes 1.28 on; it is never newer
// (https://kubernetes.io/releases/version-skew-policy/#kubelet).
const maxSkew = 3

// rollback is the page that says how a control plane goes back to the version before.
const rollback = "https://docs.aws.amazon.com/eks/latest/userguide/rollback-cluster.html"

// minor is the second number of a version such as 1.36; false where the text is not one.
func minor(version string) (int, bool) {
	text, found := strings.CutPrefix(version, "1.")
	number, err := strconv.Atoi(text)
	return number, found && err == nil && number >= 0 && strconv.Itoa(number) == text
}

// Offered are the Kubernetes versions that EKS offers, oldest first.
func Offered() []string {
	var all []string
	for _, v := range eksversion.Versions {
		all = append(all, v.Version)
	}
	return all
}

// Newest is the latest version that EKS offers and whose end of standard support is announced: one that has been out for a while.
func Newest() string {
	for _, v := range slices.Backward(eksversion.Versions) {
		if v.StandardSupportEnds != "" {
			return v.Version
		}
	}
	return Offered()[len(Offered())-1]
}

// Way lists the versions from one to another, both included, one minor at a time. It refuses versions that are none, that EKS does not
// offer, and a way back.
func Way(from, to string) ([]string, error) {
	low, lowOK := minor(from)
	high, highOK := minor(to)
	var faults []error
	for _, v := range []struct {
		what, version string
		good          bool
	}{{"the present version", from, lowOK}, {"the target", to, highOK}} {
		switch {
		case !v.good:
			faults = append(faults, fmt.Errorf("%s %q is not a Kubernetes version; allowed: %s; fix: write the minor version alone, as in 1.36",
				v.what, v.version, strings.Join(Offered(), ", ")))
		case !slices.Contains(Offered(), v.version):
			faults = append(faults, fmt.Errorf("%s %s is not offered by EKS; allowed: %s; fix: write one of them, or add it to "+
				"internal/eksversion once EKS has it", v.what, v.version, strings.Join(Offered(), ", ")))
		}
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	if high < low {
		return nil, fmt.Errorf("the target %s is older than %s, which the environment has, and no plan goes back; allowed: %s; fix: "+
			"within seven "+
			"days of an upgrade EKS takes the control plane back by one minor version, nodes first, as %s says; later, make a new environment",
			to, from, strings.Join(Offered()[slices.Index(Offered(), from):], ", "), rollback)
	}
	var way []string
	for n := low; n <= high; n++ {
		way = append(way, fmt.Sprintf("1.%d", n))
	}
	return way, nil
}

// CheckNodes refuses nodes that are newer than the control plane, or more than three minor versions older: EKS and Kubernetes support
// neither. Nodes are versions by the name of the node group, or Fargate.
func CheckNodes(control string, nodes map[string]string) error {
	plane, _ := minor(control)
	var faults []error
	for _, name := range sorted(nodes) {
		number, good := minor(nodes[name])
		switch {
		case !good:
			faults = append(faults, fmt.Errorf("nodes %s have version %q, which is not a Kubernetes version; allowed: 1.%d to %s; fix: write "+
				"%s=%s", name, nodes[name], max(0, plane-maxSkew), control, name, control))
		case number > plane:
			faults = append(faults, fmt.Errorf("nodes %s run %s, newer than the control plane with %s; allowed: 1.%d to %s; fix: replace them by "+
				"nodes of %[3]s first: kubelets may be older than the API server, never "+
				"newer", name, nodes[name], control, max(0, plane-maxSkew), control))
		case plane-number > maxSkew:
			faults = append(faults, fmt.Errorf("nodes %s run %s, more than %d minor versions behind the control plane with %s; allowed: 1.%d "+
				"to %s; "+
				"fix: bring them to %[4]s before anything else", name, nodes[name], maxSkew, control, plane-maxSkew, control))
		}
	}
	return errors.Join(faults...)
}
