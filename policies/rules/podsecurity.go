package rules

import (
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/podsecurity"
	"github.com/modelway/modelway/internal/resource"
)

const podStandards = "https://kubernetes.io/docs/concepts/security/pod-security-standards/"

// pluginFolder is where device plugins meet the kubelet
// (https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/device-plugins/#device-plugin-implementation).
const pluginFolder = "/var/lib/kubelet/device-plugins"

func isPluginFolder(hostPath resource.Value) bool {
	return strings.TrimSuffix(hostPath.At("path").Text(), "/") == pluginFolder
}

var podSecurityRules = []Rule{
	{
		ID: "instance-metadata", Topic: Security, Level: config.PolicyMandatory,
		Title:  "Pods cannot take the credentials of their node",
		Why:    "Whatever runs in a pod could ask the metadata service for the node's role.",
		Fix:    "set metadataOptions.httpTokens to required and httpPutResponseHopLimit to 1",
		Source: "https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html",
		Types:  []string{templateType},
		Each: func(c *Case, r resource.Resource) {
			c.wants(r, path{"metadataOptions", "httpTokens"}, `"required"`, is("required"))
			c.wants(r, path{"metadataOptions", "httpPutResponseHopLimit"}, "1", is(1.0))
		},
	},
	{
		ID: "pod-privileged", Topic: Security, Level: config.PolicyMandatory,
		Title:  "No container is privileged",
		Why:    "A privileged container is root on its node.",
		Fix:    "remove privileged, and add the one capability that is needed",
		Source: podStandards,
		Types:  workloads,
		Each:   wantsInContainers("false", func(v resource.Value) bool { return !v.Bool() }, "securityContext", "privileged"),
	},
	{
		ID: "pod-escalation", Topic: Security, Level: config.PolicyMandatory,
		Title:  "No process gains more rights than its parent",
		Why:    "A setuid program in the image would make its user root.",
		Fix:    "set securityContext.allowPrivilegeEscalation to false",
		Source: podStandards,
		Types:  workloads,
		Each:   wantsInContainers("false", is(false), "securityContext", "allowPrivilegeEscalation"),
	},
	{
		ID: "pod-host", Topic: Security, Level: config.PolicyMandatory,
		Title:  "Pods stay out of their host's namespaces and files",
		Why:    "They would see the node's processes and network, or read the files of other pods.",
		Fix:    "remove hostNetwork, hostPID, hostIPC and hostPath; only device plugins mount " + pluginFolder,
		Source: podStandards,
		Types:  workloads,
		Each: func(c *Case, r resource.Resource) {
			p := podOf(r)
			for _, key := range []string{"hostNetwork", "hostPID", "hostIPC"} {
				c.wants(r, p.spec(key), "false", func(v resource.Value) bool { return !v.Bool() })
			}
			volumes := p.spec("volumes")
			for i := range c.look(r, volumes).List() {
				if !c.look(r, volumes.At(i, "hostPath", "path")).Unknown() {
					c.wants(r, volumes.At(i, "hostPath"), "no path of the host", func(v resource.Value) bool { return !v.Given() || isPluginFolder(v) })
				}
			}
		},
	},
	{
		ID: "pod-root", Topic: Security, Level: config.PolicyMandatory,
		Title: "Containers do not run as root",
		Why:   "A flaw of the container runtime makes root of a container root of the node.",
		Fix: "set securityContext.runAsNonRoot to true, for the pod or for each container; only device plugins are root, to whom " +
			pluginFolder + " belongs",
		Source: podStandards,
		Types:  workloads,
		Each: func(c *Case, r resource.Resource) {
			p := podOf(r)
			if slices.ContainsFunc(r.At(p.spec("volumes")...).List(),
				func(volume resource.Value) bool { return isPluginFolder(volume.At("hostPath")) }) {
				return
			}
			c.containers(r, func(at path) {
				at = at.At("securityContext", "runAsNonRoot")
				if !r.At(at...).Given() {
					at = p.spec("securityContext", "runAsNonRoot")
				}
				c.wants(r, at, "true", is(true))
			})
		},
	},
	{
		ID: "pod-read-only", Topic: Security, Level: config.PolicyAdvisory,
		Title:  "Containers cannot change their own files",
		Why:    "An intruder can leave nothing behind that runs again.",
		Fix:    "set securityContext.readOnlyRootFilesystem to true, and mount an emptyDir where the program writes",
		Source: "https://docs.aws.amazon.com/eks/latest/best-practices/pod-security.html",
		Types:  workloads,
		Each:   wantsInContainers("true", is(true), "securityContext", "readOnlyRootFilesystem"),
	},
	{
		ID: "namespace-pod-security", Topic: Security, Level: config.PolicyMandatory,
		Title:  "Namespaces enforce a pod security standard",
		Why:    "Whatever else is put into the namespace, by hand or by a chart, could be privileged.",
		Fix:    "label the namespace pod-security.kubernetes.io/enforce: restricted, or baseline",
		Source: "https://kubernetes.io/docs/concepts/security/pod-security-admission/",
		Types:  []string{namespaceType},
		Each: property(`"restricted" or "baseline"`, isIn("restricted", "baseline"), "metadata", "labels",
			podsecurity.Enforce),
	},
	{
		ID: "namespace-network-policy", Topic: Security, Level: config.PolicyMandatory,
		Title:  "Namespaces with pods deny what no network policy allows",
		Why:    "Without one, every pod of the cluster reaches every other one.",
		Fix:    "add a NetworkPolicy with an empty podSelector to the namespace",
		Source: "https://kubernetes.io/docs/concepts/services-networking/network-policies/",
		Whole: func(c *Case, s Stack) {
			for _, namespace := range s.OfType(namespaceType) {
				name := namespace.At("metadata", "name")
				used, denied := no, no
				for _, workload := range s.OfType(workloads...) {
					used = any3(used, equal(s.namespace(workload), name))
				}
				if used == no {
					continue
				}
				for _, policy := range s.OfType("kubernetes:networking.k8s.io/v1:NetworkPolicy") {
					selector := policy.At("spec", "podSelector")
					all := whether(len(selector.Map()) == 0)
					if selector.Unknown() {
						all = maybe
					}
					denied = any3(denied, all3(all, equal(s.namespace(policy), name)))
				}
				if denied == no && used == maybe {
					denied = maybe
				}
				c.decides(denied, namespace, path{"metadata", "name"}, name, "a namespace with a NetworkPolicy for all of its pods")
			}
		},
	},
}
