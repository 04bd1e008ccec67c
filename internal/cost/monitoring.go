package cost

import (
	"fmt"
	"path"
	"time"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/pricing"
	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/sheet"
)

// countMonitoring counts the volumes that Prometheus and Alertmanager claim, and tells how much is sent to AWS and asked of it.
func (c *counter) countMonitoring() {
	for _, r := range c.set.OfType(resource.ReleaseType) {
		switch path.Base(r.At("chart").Text()) {
		case addons.Yace().Chart.Name:
			c.noteQuestions(r)
		case monitoring.Release:
			c.countClaims(r, "Prometheus", []any{"values", "prometheus", "prometheusSpec"}, "storageSpec")
			c.countClaims(r, "Alertmanager", []any{"values", "alertmanager", "alertmanagerSpec"}, "storage")
			if len(c.set.OfType("aws:amp/workspace:Workspace")) > 0 {
				c.noteSamples(r)
			}
		}
	}
}

// countClaims counts one volume for each pod.
func (c *counter) countClaims(r resource.Resource, of string, at []any, storage any) {
	spec := r.At(at...)
	claimed := spec.At(storage, "volumeClaimTemplate", "spec", "resources", "requests", "storage")
	if !claimed.Given() && !claimed.Unknown() {
		return
	}
	bytes, err := modelspec.ParseMemory(claimed.Text())
	pods, known := whole(spec.At("replicas"))
	if err != nil || !known || claimed.Unknown() {
		c.skip("volumes of %s, whose size or number is not known yet", of)
		return
	}
	gib := bytes >> 30
	price := c.prices.Gp3GBMonth.USD
	c.add(c.item(r, fmt.Sprintf("volume of %s, %d GB gp3", of, gib), price*pricing.USD(gib), pods, pods,
		fmt.Sprintf("%d x %d GB x %s USD", pods, gib, price.Price())))
}

// noteSamples tells an estimate of what Amazon Managed Service for Prometheus is paid for. Its prices are not in the table.
func (c *counter) noteSamples(r resource.Resource) {
	interval, err := time.ParseDuration(r.At("values", "prometheus", "prometheusSpec", "scrapeInterval").Text())
	if err != nil || interval <= 0 {
		c.skip("samples that Amazon Managed Service for Prometheus takes, stores and reads")
		return
	}
	load := c.measured()
	c.skip("samples that Amazon Managed Service for Prometheus takes, stores and reads: an estimate is %.0f million a month, of %d series "+
		"(%s with %s at least, and the platform) every %.0f seconds", load.SamplesSent(interval, hours*time.Hour)/1e6, load.Sent(),
		sheet.Count(load.Models, "model"), sheet.Count(load.Pods, "pod"), interval.Seconds())
}

// measured is what Prometheus measures of the models, with as many pods as they have at least.
func (c *counter) measured() monitoring.Load {
	load := monitoring.Load{Models: len(c.set.OfType(resource.ModelType))}
	versions := map[string]int{}
	for _, w := range c.deployments() {
		if model := c.set.Model(w.resource); model != "" {
			load.Versions++
			load.Pods += int(w.least)
			if versions[model]++; versions[model] == 2 {
				load.Canaries++
			}
		}
	}
	return load
}

// noteQuestions tells an estimate of what CloudWatch is paid for. Its prices are not in the table.
func (c *counter) noteQuestions(r resource.Resource) {
	config := r.At("values", "config").Text()
	seconds, known := whole(r.At("values", "extraArgs", "scraping-interval"))
	if config == "" || !known || seconds <= 0 {
		c.skip("values that YACE asks CloudWatch for")
		return
	}
	asked := addons.CountQuestions(config)
	c.skip("values that YACE asks CloudWatch for: an estimate is %.0f thousand a month, of %s with two metrics each and %s "+
		"every %d seconds", float64(2*asked.TargetGroups+asked.Certificates)*hours*3600/float64(seconds)/1000,
		sheet.Count(asked.TargetGroups, "target group"), sheet.Count(asked.Certificates, "certificate"), seconds)
}
