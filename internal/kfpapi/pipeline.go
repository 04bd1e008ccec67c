package kfpapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"mime/multipart"
	"net/url"
)

// Version is a version of a pipeline that the server keeps.
type Version struct {
	// PipelineID and ID are those that the server made.
	PipelineID string `json:"pipeline_id"`
	ID         string `json:"pipeline_version_id"`
	Name       string `json:"name"`
	// DisplayName is what servers before 2.15 have in place of Name.
	DisplayName string `json:"display_name"`
}

// Keep returns the version of the server with the text of a pipeline; it uploads it where there is none. True means that it was uploaded.
func (c *Client) Keep(ctx context.Context, d Definition) (Version, bool, error) {
	pipeline, err := c.pipeline(ctx, d.Name)
	if err != nil {
		return Version{}, false, err
	}
	name := d.VersionName()
	found, err := c.version(ctx, pipeline, name)
	if err == nil || !errors.Is(err, ErrNotFound) {
		return found, false, err
	}
	found, err = c.upload(ctx, pipeline, name, d.Text)
	if errors.Is(err, ErrExists) { // somebody else was faster
		found, err = c.version(ctx, pipeline, name)
		return found, false, err
	}
	return found, true, err
}

// pipeline returns the id of the pipeline of a name, and makes it where there is none.
func (c *Client) pipeline(ctx context.Context, name string) (string, error) {
	var answer struct {
		ID string `json:"pipeline_id"`
	}
	ask := func() error {
		return c.get(ctx, "asking for the pipeline "+name, "pipelines/names/"+url.PathEscape(name), nil, &answer)
	}
	err := ask()
	if !errors.Is(err, ErrNotFound) {
		return answer.ID, err
	}
	err = c.post(ctx, "making the pipeline "+name, "pipelines", map[string]string{"name": name, "display_name": name}, &answer)
	if errors.Is(err, ErrExists) {
		err = ask()
	}
	return answer.ID, err
}

// pageSize is how many versions an answer has at most, and maxPages how many answers are asked for.
const (
	pageSize = "100"
	maxPages = 100
)

// version returns the version of a name. The error is ErrNotFound where there is none.
func (c *Client) version(ctx context.Context, pipeline, name string) (Version, error) {
	what := "asking for the version " + name
	query := url.Values{"page_size": {pageSize}, "sort_by": {"created_at desc"}}
	for range maxPages {
		var answer struct {
			Versions []Version `json:"pipeline_versions"`
			Next     string    `json:"next_page_token"`
		}
		if err := c.get(ctx, what, "pipelines/"+url.PathEscape(pipeline)+"/versions", query, &answer); err != nil {
			return Version{}, err
		}
		for _, v := range answer.Versions {
			if v.Name == name || v.DisplayName == name {
				return v, nil
			}
		}
		if answer.Next == "" {
			break
		}
		query.Set("page_token", answer.Next)
	}
	return Version{}, fmt.Errorf("%s: %w", what, ErrNotFound)
}

// upload makes a version of a pipeline.
func (c *Client) upload(ctx context.Context, pipeline, name string, text []byte) (v Version, err error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("uploadfile", name+".yaml")
	if err == nil {
		_, err = part.Write(text)
	}
	if err = errors.Join(err, form.Close()); err != nil {
		return v, err
	}
	query := url.Values{"name": {name}, "display_name": {name}, "pipelineid": {pipeline}}
	err = c.call(ctx, "POST", "uploading the version "+name, "pipelines/upload_version?"+query.Encode(), form.FormDataContentType(), &body, &v)
	return v, err
}
