package monitoring

import (
	"math"
	"time"
)

// Load is what Prometheus has to measure, as far as it grows with the models.
type Load struct {
	// Models is their number, Canaries how many of them have one, and Versions both together: what has a Deployment.
	Models, Canaries, Versions int
	// Pods are those of all versions.
	Pods int
}

// Series of a model's parts, counted by BenchmarkPrometheus of local/monitoring in what the real programs tell.
const (
	// ofServer are those of the sample server, of which its program's own are not sent on, and ofScrape what Prometheus adds to each scrape.
	ofServer, ofServerSent, ofScrape = 74, 30, 5
	// ofObjects are those of kube-state-metrics of each pod, and ofVersion of the other objects of a version.
	ofObjects, ofVersion = 45, 56
	// ofContainers are those of cAdvisor of a pod with one container.
	ofContainers = 95
	// ofPlatform are those of the API servers, of which EKS has two, and of the platform's own pods; ofPlatformSent those that are sent on.
	ofPlatform, ofPlatformSent = 50000, 4000
)

// recorded are the series that rules record, by how often they do.
type recorded struct{ base, days, inventory int }

// The intervals of rules in internal/slo, in seconds, and what is recorded of each model, version, and model with a canary.
const baseSeconds, daysSeconds, inventorySeconds = 30, 120, 60

var ofModelRecorded, ofVersionRecorded, ofCanaryRecorded = recorded{24, 22, 2}, recorded{8, 0, 1}, recorded{42, 36, 0}

// recorded adds up what the rules record.
func (l Load) recorded() recorded {
	of := func(part func(recorded) int) int {
		return l.Models*part(ofModelRecorded) + l.Versions*part(ofVersionRecorded) + l.Canaries*part(ofCanaryRecorded)
	}
	return recorded{of(func(r recorded) int { return r.base }), of(func(r recorded) int { return r.days }),
		of(func(r recorded) int { return r.inventory })}
}

// Recorded is how many series the rules record of the models.
func (l Load) Recorded() int {
	r := l.recorded()
	return r.base + r.days + r.inventory
}

// scraped is how many series a pod has.
func (l Load) scraped(ofEach int) int {
	return l.Pods*(ofEach+ofScrape+ofObjects+ofContainers) + l.Versions*ofVersion
}

// Series is about how many series a Prometheus has.
func (l Load) Series() int { return ofPlatform + l.scraped(ofServer) + l.Recorded() }

// Sent is about how many of them are sent on to a managed store.
func (l Load) Sent() int { return ofPlatformSent + l.scraped(ofServerSent) + l.Recorded() }

// rate is how many samples are taken in a second, of series that are scraped at an interval.
func (l Load) rate(scraped int, interval time.Duration) float64 {
	r := l.recorded()
	return float64(scraped)/interval.Seconds() + float64(r.base)/baseSeconds + float64(r.days)/daysSeconds +
		float64(r.inventory)/inventorySeconds
}

// SamplesSent is about how many samples are sent on in a time, where everything is scraped at an interval.
func (l Load) SamplesSent(interval, during time.Duration) float64 {
	return l.rate(ofPlatformSent+l.scraped(ofServerSent), interval) * during.Seconds()
}

const (
	// bytesOfSeries is the memory that a series takes, with the queries on it and what Go's collector leaves over.
	bytesOfSeries = 3 << 10
	// bytesOfSample is what a sample takes on disk, with its part of the index and of the write-ahead log
	// (https://prometheus.io/docs/prometheus/latest/storage/#operational-aspects has one to two).
	bytesOfSample = 2
	// spare is by how much memory has to exceed what a steady load takes: pods that are replaced leave their series in memory for up to three
	// hours, so that a rollout of half of all models fits in.
	spare = 1.5
)

// MemoryGiB is about how much memory a Prometheus needs.
func (l Load) MemoryGiB() float64 { return float64(l.Series()) * bytesOfSeries * spare / (1 << 30) }

// MemoryFor is the lowest memoryGiB of a Prometheus that needs so much.
func MemoryFor(gib float64) int { return int(math.Ceil(gib + leftMiB/1024.0)) }

// Filled is the part of a volume that series may fill. The oldest go before it is full
// (https://prometheus.io/docs/prometheus/latest/storage/#right-sizing-retention-size).
const Filled = 0.8

// DiskGiB is about how much the series of a number of days take on disk, where everything is scraped at an interval.
func (l Load) DiskGiB(days int, interval time.Duration) float64 {
	seconds := (time.Duration(days) * 24 * time.Hour).Seconds()
	return l.rate(ofPlatform+l.scraped(ofServer), interval) * seconds * bytesOfSample / (1 << 30)
}
