package main

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/modelway/modelway/cmd/modelstore"
	"github.com/modelway/modelway/internal/upgrade"
)

// askTimeout bounds what EKS is asked, and answerTimeout its first answer.
const (
	askTimeout    = 2 * time.Minute
	answerTimeout = 15 * time.Second
)

// liveCluster reads a cluster of EKS.
type liveCluster struct {
	*eks.Client
	name string
}

// ask reads the version of the cluster, those of its node groups, and its upgrade insights.
func (u *upgrading) ask(ctx context.Context, region, cluster string) (live upgrade.Live, err error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	loaded, err := modelstore.Load(ctx, region)
	if err != nil {
		return live, err
	}
	c := liveCluster{eks.NewFromConfig(loaded), cluster}
	first, stop := context.WithTimeout(ctx, answerTimeout)
	defer stop()
	described, err := c.DescribeCluster(first, &eks.DescribeClusterInput{Name: &cluster})
	if err != nil {
		return live, fmt.Errorf("asking EKS in %s for cluster %s: %w; fix: correct region and credentials, or leave --live "+
			"out", region, cluster, err)
	}
	u.from = cmp.Or(u.from, aws.ToString(described.Cluster.Version))
	live = upgrade.Live{Read: true}
	if live.Nodes, err = c.nodes(ctx); err != nil {
		return live, fmt.Errorf("asking EKS for the node groups of %s: %w; fix: eks:ListNodegroups and eks:DescribeNodegroup are "+
			"needed", cluster, err)
	}
	if live.Insights, err = c.insights(ctx); err != nil {
		return live, fmt.Errorf("asking EKS for the insights of %s: %w; fix: eks:ListInsights and eks:DescribeInsight are needed", cluster, err)
	}
	return live, nil
}

// nodes are the versions of the node groups by their names in EKS.
func (c liveCluster) nodes(ctx context.Context) (map[string]string, error) {
	nodes := map[string]string{}
	for pages := eks.NewListNodegroupsPaginator(c, &eks.ListNodegroupsInput{ClusterName: &c.name}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, name := range page.Nodegroups {
			group, err := c.DescribeNodegroup(ctx, &eks.DescribeNodegroupInput{ClusterName: &c.name, NodegroupName: &name})
			if err != nil {
				return nil, err
			}
			nodes[name] = aws.ToString(group.Nodegroup.Version)
		}
	}
	return nodes, nil
}

// insights are those on upgrades. What EKS recommends is in each alone.
func (c liveCluster) insights(ctx context.Context) (all []upgrade.Insight, err error) {
	for pages := eks.NewListInsightsPaginator(c, &eks.ListInsightsInput{ClusterName: &c.name,
		Filter: &types.InsightsFilter{Categories: []types.Category{types.CategoryUpgradeReadiness}}}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, summary := range page.Insights {
			found := upgrade.Insight{Name: aws.ToString(summary.Name), KubernetesVersion: aws.ToString(summary.KubernetesVersion)}
			if summary.InsightStatus != nil {
				found.Status, found.Reason = string(summary.InsightStatus.Status), aws.ToString(summary.InsightStatus.Reason)
			}
			if found.Status != string(types.InsightStatusValuePassing) {
				whole, err := c.DescribeInsight(ctx, &eks.DescribeInsightInput{ClusterName: &c.name, Id: summary.Id})
				if err != nil {
					return nil, err
				}
				found.Recommendation = aws.ToString(whole.Insight.Recommendation)
			}
			all = append(all, found)
		}
	}
	return all, nil
}
