package main

import (
	"fmt"
	"net/url"
	"os"

	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/review"
	"github.com/modelway/modelway/internal/review/delivery"
	"github.com/modelway/modelway/internal/stackfile"
)

// linksOf are where the comment on a stack leads to: the map, and the files of the working directory at the commit of a run of GitHub
// Actions.
func linksOf(r review.Report, mapURL string) review.Links {
	event, _ := os.ReadFile(os.Getenv("GITHUB_EVENT_PATH")) // there is none outside of a run
	links := review.Links{Map: mapURL, Commit: review.CommitURL(os.Getenv, event), Has: isFile, Models: map[string]string{}}
	if links.Commit == "" {
		return links
	}
	settings, _ := stackfile.Read("Pulumi.yaml", stackfile.Name(r.Stack)) // without them the folder is the usual one
	folder := delivery.ModelsOf(r.Stack, settings).Directory
	for _, m := range r.Models {
		if path, err := modelspec.Locate(os.DirFS("."), folder, m.Model); err == nil && path != "" {
			links.Models[m.Model] = path
		}
	}
	return links
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// address is the value of a flag that takes a URL.
type address string

func (a *address) String() string { return string(*a) }

// Set takes a URL of the web.
func (a *address) Set(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return fmt.Errorf("%q is not a URL; allowed: one that begins with https:// or http://", text)
	}
	*a = address(text)
	return nil
}

// Type names the kind of the flag's value.
func (a *address) Type() string { return "URL" }
