package addons

import (
	"github.com/modelway/modelway/internal/pipelines"
)

// Pipelines is Kubeflow Pipelines, which has no chart: package pipelines decides what of its release is registered.
func Pipelines() Helm {
	row := Helm{
		Key:     pipelines.Key,
		Token:   pipelines.Token,
		Title:   "Kubeflow Pipelines",
		Why:     "trains models in steps, by hand and at times",
		Own:     true,
		Bucket:  Bucket{Name: "pipelines-files", Folder: pipelines.Artifacts},
		Address: pipelines.Address,
		Chart:   Chart{AppVersion: pipelines.Version, Namespace: pipelines.Namespace},
		Accounts: []Account{
			{Key: "server", Name: pipelines.ApiServer, OnBucket: writesFiles},
			{Key: "runner", Name: pipelines.Runner, OnBucket: writesFiles, Trains: true},
			{Key: "ui", Name: pipelines.UI, OnBucket: readsFiles},
		},
		Pages:   []Page{{Host: pipelines.Key, Service: pipelines.UI, Port: 80, Health: "/apis/v1beta1/healthz"}},
		Setting: pipelines.Setting,
		After:   []string{CertManagerKey},
		Object:  "* *",
		Accepted: map[string]string{
			"container-ephemeral-storage-request-and-limit":     "The parts write little, and nothing that lasts.",
			"container-image-pull-policy":                       PinnedImage,
			"container-security-context-readonlyrootfilesystem": "The release leaves it writable, and says nowhere what its programs write.",
			"container-security-context-user-group-id":          "The release runs its programs as user 1000 of group 0, as the images want it.",
			"deployment-replicas": "The parts answer no model, and catch up with what happened while they were away. The database has room for " +
				"one API server and one metadata server, and another of each while it is replaced.",
			"pod-networkpolicy": "They call each other, AWS and the API server, whose addresses no policy can name.",
		},
	}
	for _, image := range pipelines.Images {
		row.Chart.Images = append(row.Chart.Images, ChartImage{Repository: image.Repository, Tag: image.Tag})
	}
	for _, part := range pipelines.Parts {
		row.Workloads = append(row.Workloads, Workload{
			Name: "Kubeflow Pipelines " + part.Title, Namespace: pipelines.Namespace,
			Labels: map[string]string{part.LabelKey: part.LabelValue}, KnownBy: part.LabelKey,
			Replicas: 1, CPU: part.CPU, Memory: part.Memory,
		})
	}
	return row
}
