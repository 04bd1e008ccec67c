package pipelines

import "fmt"

// Fetch is the command that writes the file of the release.
const Fetch = "modelway pipelines fetch"

// Sources are the addresses of the release that kubectl renders: what belongs to the whole cluster, and what is in the namespace, with
// pipelines kept as objects of Kubernetes. They name a commit, since a tag can be moved.
func Sources() []string {
	var all []string
	for _, folder := range []string{"cluster-scoped-resources", "env/cert-manager/platform-agnostic-k8s-native"} {
		all = append(all, Repository+"/manifests/kustomize/"+folder+"?ref="+Commit+"&timeout=300s")
	}
	return all
}

// Missing says what to do about a file of the release that cannot be read.
func (s Spec) Missing(cause error) error {
	return fmt.Errorf("modelway:pipelines.manifests is %q: it cannot be read: %w; allowed: the file with the objects of Kubeflow Pipelines "+
		"%s; fix: `%s --out %s` writes it, where GitHub is reachable", s.Manifests, cause, Version, Fetch, s.Manifests)
}

// Read returns the objects of the file's text, whose digest must be that of the settings.
func (s Spec) Read(text string) ([]Object, error) {
	objects, err := Parse(text)
	if err != nil {
		return nil, s.Missing(err)
	}
	found, err := Digest(objects)
	if err != nil {
		return nil, err
	}
	if found != s.Digest {
		return nil, fmt.Errorf("modelway:pipelines.manifests is %q: its objects have the digest %s; allowed: objects with %s, which is what "+
			"modelway:pipelines.digest says; fix: `%s --out %s` writes those of release %s; or state the digest of your own objects", s.Manifests,
			found, s.Digest, Fetch, s.Manifests, Version)
	}
	return objects, nil
}
