package modelspec

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/modelway/modelway/internal/image"
	"github.com/modelway/modelway/internal/strict"
)

// MaxNameLength bounds Model.Name, so that names made from it stay below the 63 characters of a DNS label.
const MaxNameLength = 40

// labelPattern is an RFC 1035 label: what a Kubernetes Service may be called
// (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/). It is an RFC 1123 label that starts with a letter.
const labelPattern = `^[a-z]([-a-z0-9]*[a-z0-9])?$`

// envPattern is a C identifier: the names of environment variables that every shell and library can read.
const envPattern = `^[A-Za-z_][A-Za-z0-9_]*$`

const (
	maxLabelLength = 63
	labelAllowed   = "lower case letters, digits and hyphens, starting with a letter and ending with a letter or digit, at most %d characters"
	// fargateKubeletPort is taken on Fargate, where pod and kubelet share an address
	// (https://docs.aws.amazon.com/eks/latest/userguide/fargate.html).
	fargateKubeletPort = 10250
)

var (
	labelSyntax = regexp.MustCompile(labelPattern)
	envSyntax   = regexp.MustCompile(envPattern)
)

// validate checks a merged and completed entry. Keys that could not be decoded keep their defaults, so they are not
// reported a second time.
func (e *entry) validate() {
	e.validateName()
	e.validateSource()
	e.validateSourceOf("", e.model.Files.Digest)
	e.validateReplicas()
	e.validateScaling()
	e.validateResources()
	e.validateRoute()
	e.validateCanary()
	e.validateTimes()
	e.validateOwner()
	e.validateSLO()
	e.validateTrain()
	e.validateCompute()
	e.validateStorage()
	e.validatePort()
	e.validateEnv()
	e.validateSecrets()
	e.validateEgress()
}

func (e *entry) validateName() {
	at, name := e.Origin("name"), e.model.Name
	switch {
	case !e.Given("name"):
		fix := "add name: " + e.stem
		if !isModelName(e.stem) {
			fix = renameFix(e.stem)
		}
		e.Fault(at, "is missing", "the file name without .yaml", fix)
	case e.Rejected("name"):
	case !isLabel(name, MaxNameLength):
		e.Fault(at, strconv.Quote(name)+" is not a model name", fmt.Sprintf(labelAllowed, MaxNameLength), renameFix(name))
	case !isModelName(name):
		e.Fault(at, fmt.Sprintf("%q ends in %q, as the names of what is made for another model", name, name[strings.LastIndexByte(name, '-'):]),
			"any other ending than "+CanarySuffix+" and "+HostSuffix, renameFix(name))
	case name != e.stem && !isModelName(e.stem):
		e.Fault(at, fmt.Sprintf("%q differs from the file name", name), "the file name without .yaml", fmt.Sprintf("rename the file to %s.yaml",
			name))
	case name != e.stem:
		e.Fault(at, fmt.Sprintf("%q differs from the file name", name), e.stem, fmt.Sprintf("write name: %s, or rename the file to %s.yaml",
			e.stem, name))
	}
}

func (e *entry) validateImageAt(key, reference string) {
	if problem, fix := image.Problem(reference); problem != "" && !e.Rejected(key) {
		e.Fault(e.Origin(key), strconv.Quote(reference)+" "+problem, imageAllowed, fix)
	}
}

func (e *entry) validateReplicas() {
	r := e.model.Replicas
	bounds := fmt.Sprintf("1 to %d", MaxReplicas)
	inside := true
	for _, bound := range []struct {
		path  string
		value int
	}{{"replicas.min", r.Min}, {"replicas.max", r.Max}} {
		if e.Rejected(bound.path) || bound.value >= 1 && bound.value <= MaxReplicas {
			continue
		}
		inside = false
		fix := fmt.Sprintf("write %d or less", MaxReplicas)
		if bound.value < 1 {
			fix = "write 1 or more; to take the model away, delete its file"
		}
		e.Fault(e.Origin(bound.path), fmt.Sprintf("%d is out of range", bound.value), bounds, fix)
	}
	if inside && !e.Rejected("replicas.max") && r.Max < r.Min {
		e.Fault(e.Origin("replicas.max"), fmt.Sprintf("%d is less than replicas.min, %d (%s)", r.Max, r.Min, e.Origin("replicas.min").Place()),
			fmt.Sprintf("%d to %d", r.Min, MaxReplicas), "raise replicas.max or lower replicas.min")
	}
}

func (e *entry) validateCompute() {
	e.validateChoice("compute", e.model.Compute, "is not a kind of compute", ComputeKinds, ComputeFargate)
}

func (e *entry) validateStorage() {
	e.validateChoice("storage", e.model.Storage, "is not a kind of storage", StorageKinds, StorageNone)
}

// validateChoice requires one of a closed set of values.
func (e *entry) validateChoice(key, value, problem string, allowed []string, standard string) {
	if slices.Contains(allowed, value) {
		return
	}
	fix := choiceFix(standard)
	if meant, ok := strict.Suggest(value, allowed); ok {
		fix = fmt.Sprintf("did you mean %q?", meant)
	}
	e.Fault(e.Origin(key), strconv.Quote(value)+" "+problem, strings.Join(allowed, ", "), fix)
}

func (e *entry) validatePort() {
	at, port := e.Origin("port"), e.model.Port
	switch {
	case port < MinPort || port > MaxPort:
		e.Fault(at, fmt.Sprintf("%d is out of range", port), fmt.Sprintf("%d to %d", MinPort, MaxPort),
			fmt.Sprintf("let the server listen on another port, such as %d", DefaultPort))
	case port == fargateKubeletPort && e.model.Compute == ComputeFargate:
		e.Fault(at, fmt.Sprintf("%d is taken by the kubelet on Fargate", port), fmt.Sprintf("%d to %d, but %d", MinPort, MaxPort,
			fargateKubeletPort),
			fmt.Sprintf("let the server listen on another port, such as %d", DefaultPort))
	}
}

// isModelName reports whether a model and its file may have the name.
func isModelName(name string) bool {
	return isLabel(name, MaxNameLength) && !strings.HasSuffix(name, CanarySuffix) && !strings.HasSuffix(name, HostSuffix)
}

// IsName reports whether a model can have the name.
func IsName(text string) bool { return isLabel(text, MaxNameLength) }

func isLabel(text string, limit int) bool {
	return len(text) <= limit && labelSyntax.MatchString(text)
}
