package controlplane

import (
	"fmt"
	"path/filepath"
	"strings"
)

const (
	datastore         = "etcd"
	apiServer         = "kube-apiserver"
	controllerManager = "kube-controller-manager"
	scheduler         = "kube-scheduler"
)

// programs are in start order; they stop in reverse.
var programs = []program{
	{datastore, datastoreArgs},
	{apiServer, apiServerArgs},
	{controllerManager, controllerManagerArgs},
	{scheduler, schedulerArgs},
}

type program struct {
	name string
	args func(options Options, ports ports) []string
}

// unusedControllers have nothing to do here: no cloud routes, no volumes to attach, no certificates signed for kubelets. The
// protection controllers of volumes stay, because their admission plugin sets finalizers that only they remove.
var unusedControllers = []string{
	"node-ipam-controller", "persistentvolume-attach-detach-controller", "persistentvolume-expander-controller",
	"certificatesigningrequest-signing-controller", "certificatesigningrequest-approving-controller",
	"certificatesigningrequest-cleaner-controller",
	"podcertificaterequest-cleaner-controller", "kube-apiserver-serving-clustertrustbundle-publisher-controller",
	"legacy-serviceaccount-token-cleaner-controller", "ttl-controller",
}

// Killing etcd loses nothing, as every write has reached the kernel. Its fsync is left on so that a machine that crashes does not
// leave a database that etcd refuses.
func datastoreArgs(options Options, ports ports) []string {
	url := fmt.Sprintf("https://127.0.0.1:%d", ports.Etcd)
	return []string{
		"--data-dir=" + filepath.Join(options.Dir, "etcd"),
		"--listen-client-urls=" + url,
		"--advertise-client-urls=" + url,
		"--listen-peer-urls=http://127.0.0.1:0",
		"--cert-file=" + filepath.Join(options.Dir, servingCertificate),
		"--key-file=" + filepath.Join(options.Dir, servingKey),
		"--client-cert-auth",
		"--trusted-ca-file=" + filepath.Join(options.Dir, authorityCertificate),
		"--log-level=warn",
	}
}

// The endpoint reconciler is off because it would publish a loopback address, which the API server itself refuses in Endpoints.
func apiServerArgs(options Options, ports ports) []string {
	file := func(name string) string { return filepath.Join(options.Dir, name) }
	args := []string{
		"--bind-address=127.0.0.1",
		"--advertise-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", ports.APIServer),
		"--tls-cert-file=" + file(servingCertificate),
		"--tls-private-key-file=" + file(servingKey),
		fmt.Sprintf("--etcd-servers=https://127.0.0.1:%d", ports.Etcd),
		"--etcd-cafile=" + file(authorityCertificate),
		"--etcd-certfile=" + file(servingCertificate),
		"--etcd-keyfile=" + file(servingKey),
		"--endpoint-reconciler-type=none",
		"--token-auth-file=" + file(tokenFile),
		"--authorization-mode=RBAC",
		"--service-account-issuer=" + options.ServiceAccountIssuer,
		"--api-audiences=https://kubernetes.default.svc",
		"--service-account-key-file=" + file(serviceAccountKey),
		"--service-account-signing-key-file=" + file(serviceAccountKey),
		"--service-cluster-ip-range=" + options.ServiceCidr,
		"--feature-gates=MutatingAdmissionPolicy=true",
		"--runtime-config=admissionregistration.k8s.io/v1beta1=true",
		"--allow-privileged=true",
		"--profiling=false",
	}
	if options.EgressSocket != "" {
		args = append(args, egressArgs(options)...)
	}
	return args
}

func controllerManagerArgs(options Options, _ ports) []string {
	return []string{
		"--kubeconfig=" + kubeconfigFile(options.Dir, controllerManager),
		"--controllers=*,-" + strings.Join(unusedControllers, ",-"),
		"--service-account-private-key-file=" + filepath.Join(options.Dir, serviceAccountKey),
		"--root-ca-file=" + filepath.Join(options.Dir, authorityCertificate),
		"--leader-elect=false",
		"--kube-api-qps=200",
		"--kube-api-burst=400",
		"--secure-port=0",
		"--profiling=false",
	}
}

func schedulerArgs(options Options, _ ports) []string {
	return []string{
		"--kubeconfig=" + kubeconfigFile(options.Dir, scheduler),
		"--leader-elect=false",
		"--kube-api-qps=200",
		"--kube-api-burst=400",
		"--secure-port=0",
		"--profiling=false",
	}
}
