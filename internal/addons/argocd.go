package addons

import "github.com/modelway/modelway/internal/argocd"

const (
	// ArgocdKey is the key of Argo CD.
	ArgocdKey   = "argocd"
	argocdImage = "quay.io/argoproj/argocd"
	// The image of Redis that the chart runs, from the public registry of AWS, which has no limit of pulls per address.
	redisImage = "ecr-public.aws.com/docker/library/redis"
	redisTag   = "8.2.3-alpine"
)

// The pods of Argo CD. The controller compares what is in the cluster with what is in the repository, of which there is one: two would
// divide clusters between them. Redis is a cache, which is filled again when it was away.
var (
	argocdController = Workload{
		Name: "Argo CD controller", Namespace: argocd.Namespace, Labels: charted(argocd.Controller, argocd.Release),
		Replicas: 1, CPU: "250m", Memory: "768Mi", ResourcesAt: "controller.resources", Metrics: Metrics{Port: argocd.ControllerMetrics},
	}
	argocdRepoServer = Workload{
		Name: "Argo CD repo server", Namespace: argocd.Namespace, Labels: charted(argocd.RepoServer, argocd.Release),
		Replicas: 1, CPU: "250m", Memory: "768Mi", ReplicasAt: "repoServer.replicas", ResourcesAt: "repoServer.resources",
		Metrics: Metrics{Port: argocd.RepoServerMetrics},
	}
	argocdServer = Workload{
		Name: "Argo CD server", Namespace: argocd.Namespace, Labels: charted(argocd.Server, argocd.Release),
		Replicas: 1, CPU: "250m", Memory: "256Mi", ReplicasAt: "server.replicas", ResourcesAt: "server.resources",
		Metrics: Metrics{Port: argocd.ServerMetrics},
	}
	argocdRedis = Workload{
		Name: "Argo CD cache", Namespace: argocd.Namespace, Labels: charted(argocd.Redis, argocd.Release),
		Replicas: 1, CPU: "250m", Memory: "256Mi", ResourcesAt: "redis.resources",
	}
)

// Argocd is Argo CD, which brings objects from a Git repository into the cluster (docs/adr/0040).
func Argocd() Helm {
	return Helm{
		Key:   ArgocdKey,
		Title: "Argo CD",
		Why:   "brings what a Git repository says into the cluster, and keeps it so",
		Chart: Chart{
			Name: argocd.Release, Repository: "https://argoproj.github.io/argo-helm", Version: argocd.ChartVersion, AppVersion: argocd.Version,
			Namespace: argocd.Namespace,
			Images: []ChartImage{
				{Repository: argocdImage, At: "global.image"},
				{Repository: redisImage, Tag: redisTag, At: "redis.image"},
				{Repository: "ghcr.io/dexidp/dex", Tag: "v2.45.1", At: "dex.image", Idle: true},
				{Repository: "ghcr.io/oliver006/redis_exporter", Tag: "v1.86.0", At: "redis.exporter.image", Idle: true},
				{Repository: "quay.io/argoprojlabs/argocd-extension-installer", Tag: "v1.0.1", At: "server.extensions.image", Idle: true},
			},
		},
		Passwords: []Password{{Secret: argocd.Password, Key: argocd.PasswordKey}},
		Values:    argocdValues,
		Workloads: []Workload{argocdController, argocdRepoServer, argocdServer, argocdRedis},
		Suit:      suitArgocd,
		Pages: []Page{{Host: argocd.Page, Service: argocd.Server, Port: argocd.PagePort, Health: argocd.Health, Pods: 2,
			OwnLogin: true}},
		Setting: argocd.Setting,
		Object:  "* " + argocd.Name + "*",
		Accepted: map[string]string{
			"container-ephemeral-storage-request-and-limit": "The root file systems are read-only. What is rendered is in folders that are empty " +
				"again with each pod.",
			"container-image-pull-policy":              PinnedImage,
			"container-security-context-user-group-id": ImageUser,
			"deployment-has-host-podantiaffinity":      Spread,
			"pod-networkpolicy": "The chart's policies say who reaches its pods. They go out to Git hosts, which no policy can name, and to the " +
				"API server.",
			"pod-probes": "The chart has no probe of the cache, which answers as soon as it listens. What asks it tries again.",
			"pod-probes-identical": "In the stand-in of the local stack only: the published chart asks more of the repo server in its liveness " +
				"probe.",
			"statefulset-has-servicename": "Nothing asks the controller by its name.",
			"deployment-replicas": "Two of the server and of the repo server where the setting says so. While the controller or the cache is " +
				"away, what runs stays as it is.",
		},
	}
}

// suitArgocd has as many pods of the server and of the repo server as the setting says.
func suitArgocd(f Facts, row *Helm) {
	row.Workloads = append([]Workload(nil), row.Workloads...)
	if n := f.Argocd.Replicas; n > 0 {
		row.Workloads[1].Replicas, row.Workloads[2].Replicas = n, n
	}
}
