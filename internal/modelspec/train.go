package modelspec

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/modelway/modelway/internal/schedule"
)

// Train says how a model is trained again: which pipeline, and for the cluster the image that runs it, and when.
type Train struct {
	// Pipeline is the folder below pipelines/ with the training, which `modelway train` runs: a name of lower case letters, digits and
	// hyphens. Required with train.
	Pipeline string `json:"pipeline,omitempty"`

	// Schedule is when the cluster trains the model by itself: minute, hour, day of the month, month and day of the week, such as
	// "0 3 * * 1". It needs image. Default never.
	Schedule string `json:"schedule,omitempty"`

	// TimeZone is the time zone of the schedule, such as Europe/Berlin. Default Etc/UTC.
	TimeZone string `json:"timeZone,omitempty"`

	// Image that trains, pinned as that of the model: it has the pipeline as a Python module, which takes train --work FOLDER. With it the
	// cluster has a CronJob, which runs by schedule, or only by `modelway train --job` where there is no schedule. Default none.
	Image string `json:"image,omitempty"`

	// Registry is the address of the MLflow server that the training tells, such as https://mlflow.company.com. Default that of the
	// environment; required with image where the environment has none.
	Registry string `json:"registry,omitempty"`

	// Artifacts is the folder in S3 that the server lets clients keep their files in, such as s3://company-mlflow/artifacts/: the training
	// may list, read and write there, and nothing else in AWS. Default that of the environment, or no rights in AWS.
	Artifacts string `json:"artifacts,omitempty"`

	// Resources of the pod that trains. They are both its request and its limit.
	Resources TrainResources `json:"resources,omitzero"`
}

// TrainResources are the compute resources of a training, as Kubernetes quantities.
type TrainResources struct {
	// CPU in cores, such as "500m" or "2". Default 1, at least 10m; on Fargate at most 16.
	CPU string `json:"cpu,omitempty" jsonschema:"format=quantity"`

	// Memory in bytes, such as "4Gi". Default 2Gi, at least 16Mi; on Fargate at most 122624Mi.
	Memory string `json:"memory,omitempty" jsonschema:"format=quantity"`
}

// Given tells whether a model is trained again.
func (t Train) Given() bool { return t != Train{} }

// InCluster tells whether the cluster has a CronJob for the training.
func (t Train) InCluster() bool { return t.Image != "" }

// Module is the Python module of the pipeline.
func (t Train) Module() string { return strings.ReplaceAll(t.Pipeline, "-", "_") }

// withDefaults fills in what is not given of a training that is.
func (t Train) withDefaults() Train {
	if !t.Given() {
		return t
	}
	for at, standard := range map[*string]string{
		&t.TimeZone: schedule.DefaultTimeZone, &t.Resources.CPU: DefaultTrainCPU, &t.Resources.Memory: DefaultTrainMemory,
	} {
		if *at == "" {
			*at = standard
		}
	}
	return t
}

const (
	cronAllowed  = "minute, hour, day of the month, month and day of the week"
	cronExample  = `"0 3 * * 1"`
	trainExample = "fraud-detection"

	artifactsExample = "s3://company-mlflow/artifacts/"
	serverAllowed    = "an address such as https://mlflow.company.com"
)

// validateTrain checks a training that is given. What belongs to the environment is checked there.
func (e *entry) validateTrain() {
	t := e.model.Train
	if e.Rejected("train") || !t.Given() {
		return
	}
	pipelines := fmt.Sprintf("the name of a folder below pipelines/, such as %s", trainExample)
	switch at := e.Origin("train.pipeline"); {
	case e.Rejected("train.pipeline"):
	case t.Pipeline == "":
		e.Fault(at, "is missing", pipelines, "add pipeline: "+trainExample+", or the folder that you mean")
	case !isLabel(t.Pipeline, MaxNameLength):
		e.Fault(at, strconv.Quote(t.Pipeline)+" is not the name of a pipeline", fmt.Sprintf(labelAllowed, MaxNameLength),
			"write pipeline: "+labelled(notInNames.ReplaceAllString(strings.ToLower(t.Pipeline), "-"), "pipeline", MaxNameLength))
	}
	e.validateTrainTimes(t)
	e.validateTrainImage(t)
	e.validateTrainAddresses(t)
	e.validateQuantity("train.resources.cpu", t.Resources.CPU, DefaultTrainCPU, cpuAllowed, minCPUMillis, ParseCPU)
	e.validateQuantity("train.resources.memory", t.Resources.Memory, DefaultTrainMemory, memoryAllowed, minMemoryBytes, ParseMemory)
}

func (e *entry) validateTrainTimes(t Train) {
	if problem := schedule.CronProblem(t.Schedule); t.Schedule != "" && problem != "" && !e.Rejected("train.schedule") {
		e.Fault(e.Origin("train.schedule"), strconv.Quote(t.Schedule)+" is "+problem, cronAllowed, "write it as in "+cronExample)
	}
	if near, known := schedule.TimeZone(t.TimeZone); !known && !e.Rejected("train.timeZone") {
		e.Fault(e.Origin("train.timeZone"), strconv.Quote(t.TimeZone)+" is not the name of a time zone",
			"a name such as Europe/Berlin or Etc/UTC", "write it as in "+near)
	}
}

func (e *entry) validateTrainImage(t Train) {
	switch {
	case t.Image != "":
		e.validateImageAt("train.image", t.Image)
	case t.Schedule != "" && !e.Rejected("train.image") && !e.Rejected("train.schedule"):
		e.Fault(e.Origin("train.image"), "is missing while train.schedule ("+e.Origin("train.schedule").Place()+") is given", imageAllowed,
			"add image: with the image that trains, or remove train.schedule")
	}
}

func (e *entry) validateTrainAddresses(t Train) {
	server, err := url.Parse(t.Registry)
	if t.Registry != "" && !e.Rejected("train.registry") && (err != nil || server.Scheme != "http" && server.Scheme != "https" ||
		server.Host == "" || server.User != nil || server.Path != "" && server.Path != "/") {
		e.Fault(e.Origin("train.registry"), strconv.Quote(t.Registry)+" is not the address of an MLflow server", serverAllowed,
			"write it as in https://mlflow.company.com")
	}
	if t.Artifacts == "" || e.Rejected("train.artifacts") {
		return
	}
	if problem, _ := uriProblem(t.Artifacts); problem != "" {
		e.Fault(e.Origin("train.artifacts"), strconv.Quote(t.Artifacts)+" "+problem, uriAllowed, "write it as in "+artifactsExample)
	}
}

// validateQuantity checks a quantity that has a least value.
func (e *entry) validateQuantity(key, text, standard, allowed string, least int64, parse func(string) (int64, error)) {
	value, err := parse(text)
	switch {
	case e.Rejected(key):
	case err != nil:
		e.Fault(e.Origin(key), fmt.Sprintf("%q %v", text, err), allowed, "write it as in "+strconv.Quote(standard))
	case value < least:
		e.Fault(e.Origin(key), strconv.Quote(text)+" is too little to run on", allowed, "write it as in "+strconv.Quote(standard))
	}
}
