package doctor

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// inFlight is how many calls of one kind are under way at a time.
const inFlight = 6

// each calls do for every element, some at a time, and returns the errors of all.
func each[T any](all []T, do func(T) error) error {
	faults := make([]error, len(all))
	slots := make(chan struct{}, inFlight)
	var wait sync.WaitGroup
	for i, one := range all {
		wait.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			faults[i] = do(one)
		})
	}
	wait.Wait()
	return errors.Join(faults...)
}

func readProfiles(ctx context.Context, s Source, f *Facts) error {
	cluster, err := clusterName(ctx, s)
	if err != nil {
		return err
	}
	names, err := ask[struct{ FargateProfileNames []string }](ctx, s, "eks", "list-fargate-profiles", "--cluster-name", cluster)
	if err != nil {
		return err
	}
	var lock sync.Mutex
	return each(names.FargateProfileNames, func(name string) error {
		found, err := ask[struct{ FargateProfile Profile }](ctx, s, "eks", "describe-fargate-profile", "--cluster-name", cluster,
			"--fargate-profile-name", name)
		lock.Lock()
		defer lock.Unlock()
		f.Profiles = append(f.Profiles, found.FargateProfile)
		return err
	})
}

// clusterName is the name of the EKS cluster: the one that is known, or the only one of the region.
func clusterName(ctx context.Context, s Source) (string, error) {
	if s.Cluster != "" {
		return s.Cluster, nil
	}
	found, err := ask[struct{ Clusters []string }](ctx, s, "eks", "list-clusters")
	if err != nil {
		return "", err
	}
	if len(found.Clusters) != 1 {
		return "", fmt.Errorf("%w: the region has %d EKS clusters, and the kubeconfig does not say which is meant; fix: give --stack", ErrUnable,
			len(found.Clusters))
	}
	return found.Clusters[0], nil
}

func readHealth(ctx context.Context, s Source, f *Facts) error {
	f.Health = map[string][]Target{}
	var lock sync.Mutex
	return each(f.Bindings, func(b Binding) error {
		found, err := ask[struct{ TargetHealthDescriptions []Target }](ctx, s, "elbv2", "describe-target-health", "--target-group-arn",
			b.Spec.TargetGroupARN)
		lock.Lock()
		defer lock.Unlock()
		f.Health[b.Spec.TargetGroupARN] = found.TargetHealthDescriptions
		return err
	})
}

func readQuotas(ctx context.Context, s Source, f *Facts) error {
	f.Quotas = map[string]int{}
	for _, code := range []string{quotaElasticIPs, quotaVCPUs} {
		found, err := ask[struct{ Quota struct{ Value float64 } }](ctx, s, "service-quotas", "get-service-quota", "--service-code", "ec2",
			"--quota-code", code)
		if err != nil {
			return err
		}
		f.Quotas[code] = int(found.Quota.Value)
	}
	return nil
}

func readResolved(ctx context.Context, s Source, f *Facts) error {
	f.Resolved = map[string]Resolved{}
	var names []string
	known := map[string]bool{"": true}
	for _, i := range f.servedIngresses() {
		for _, name := range append(i.hosts(), i.hostname()) {
			if !known[name] {
				known[name], names = true, append(names, name)
			}
		}
	}
	var lock sync.Mutex
	return each(names, func(name string) error {
		found, err := s.Resolve(ctx, name)
		lock.Lock()
		defer lock.Unlock()
		f.Resolved[name] = Resolved{found, err}
		return nil
	})
}
