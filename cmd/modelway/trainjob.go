package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/modelway/modelway/internal/serving"
)

// jobStatus is the status of a Job, as far as it is looked at
// (https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/job-v1/#JobStatus).
type jobStatus struct {
	Status struct {
		Active     int `json:"active"`
		Failed     int `json:"failed"`
		Conditions []struct {
			Type    string `json:"type"`
			Status  string `json:"status"`
			Reason  string `json:"reason"`
			Message string `json:"message"`
		} `json:"conditions"`
	} `json:"status"`
}

// outcome returns whether a job is over, and if so the error of one that failed.
func (j jobStatus) outcome() (over bool, err error) {
	for _, c := range j.Status.Conditions {
		switch {
		case c.Status != "True":
		case c.Type == "Complete":
			return true, nil
		case c.Type == "Failed":
			return true, fmt.Errorf("%s: %s", c.Reason, c.Message)
		}
	}
	return false, nil
}

// kubectl runs a command in the namespace of the models.
type kubectl func(ctx context.Context, args ...string) (string, error)

// runJob makes a Job of the CronJob of the model, and follows it.
func (t trained) runJob(ctx context.Context, out io.Writer) error {
	call, done, err := t.kubectl(ctx)
	if err != nil {
		return err
	}
	defer done()
	cronJob := t.model + serving.TrainingSuffix
	job := fmt.Sprintf("%s-%d", cronJob, time.Now().Unix())
	if _, err := call(ctx, "create", "job", job, "--from=cronjob/"+cronJob); err != nil {
		return fmt.Errorf("making the Job %s: %w\nThe CronJob %s comes of train.image in the model's file, once it is deployed", job, err,
			cronJob)
	}
	fmt.Fprintf(out, "Job %s: kubectl -n %s logs -f job/%[1]s\n", job, t.namespace)
	if !t.wait {
		return nil
	}
	err = t.followJob(ctx, call, job, out)
	if log, other := call(context.WithoutCancel(ctx), "logs", "job/"+job, "--tail=20"); other == nil {
		fmt.Fprintln(out, strings.TrimSpace(log))
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "Trained. What it registered is not served: `modelway promote` does that")
	return nil
}

// followJob waits until a job is over. The error is that of the job.
func (t trained) followJob(ctx context.Context, call kubectl, job string, out io.Writer) error {
	ctx, cancel := context.WithTimeoutCause(ctx, t.timeout, fmt.Errorf("it has not ended within %s", t.timeout))
	defer cancel()
	last, failed := "", 0
	for {
		var status jobStatus
		text, err := call(ctx, "get", "job", job, "--output=json")
		if err == nil {
			err = json.Unmarshal([]byte(text), &status)
		}
		switch over, fault := status.outcome(); {
		case ctx.Err() != nil:
			return fmt.Errorf("the Job %s is not followed any more: %w\nIt goes on", job, context.Cause(ctx))
		case err != nil:
			if failed++; failed >= patience {
				return fmt.Errorf("looking at the Job %s: %w\nIt goes on", job, err)
			}
		case over && fault != nil:
			return fmt.Errorf("the Job %s failed: %w", job, fault)
		case over:
			return nil
		default:
			failed = 0
			state := fmt.Sprintf("%d pods at work, %d failed", status.Status.Active, status.Status.Failed)
			if state != last {
				last = state
				fmt.Fprintf(out, "  %s\n", state)
			}
		}
		t.pause(ctx)
	}
}

// kubectl reaches the cluster of the stack, or the one that kubectl itself is set up for.
func (t trained) kubectl(ctx context.Context) (call kubectl, done func(), err error) {
	before := []string{"--namespace", t.namespace, "--request-timeout=30s"}
	done = func() {}
	if t.stack != "" {
		text, err := outputsOf(ctx, t.stack)
		if err != nil {
			return nil, nil, err
		}
		kubeconfig, remove, err := writeKubeconfig(text)
		if err != nil {
			return nil, nil, err
		}
		before, done = append([]string{"--kubeconfig", kubeconfig}, before...), remove
	}
	return func(ctx context.Context, args ...string) (string, error) {
		text, err := outputOf(ctx, "kubectl", append(before[:len(before):len(before)], args...)...)
		return string(text), err
	}, done, nil
}
